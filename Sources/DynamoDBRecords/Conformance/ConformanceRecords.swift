internal import AuditRecords
internal import AuditStores

/// Records that are awkward in all that DynamoDB's keys are made of, and what reading them must bring.
enum ConformanceRecords {
    /// Names in which the order of bytes is another than that of UTF-16 (U+FFFD before U+10000), of letters, or of numbers.
    static let ids = [
        "1", "10", "2", "B", "a", "a#b", "é", "e\u{301}", "\u{FFFD}", "\u{10000}",
    ].map { Identifier($0) }
    static let systems = ["a", "a#b", "a_", "\u{FFFD}", "\u{10000}"].map { Identifier($0) }
    static let users = ["u", "u#", "ü"].map { Identifier($0) }
    static let day = Day(daysSince1970: 19_782)

    /// Of each system and id, at one of few instants, so that most sort keys of an index stand there several times.
    static let all: [AuditRecord] = systems.enumerated().flatMap { number, system in
        ids.enumerated().map { position, id in
            AuditRecord(
                key: RecordKey(
                    systemId: system,
                    instant: day.start.advanced(
                        bySeconds: [0, 43_200, 86_399][position % 3],
                        nanoseconds: [0, 1, 999_999_999][position % 3]),
                    auditId: id),
                userId: users[position % users.count], resourceId: users[(number + position) % users.count],
                attributes: Array("{\"n\":\(position)}".utf8))
        }
    }

    /// What a partition must bring, in order, by looking at every record.
    static func matching(_ partition: Partition, _ restriction: Restriction) -> [AuditRecord] {
        all.filter { record in
            let isThere =
                switch partition {
                case .systemDay(let system, let day):
                    record.key.systemId == system && record.key.instant.day == day
                case .day(let day): record.key.instant.day == day
                case .user(let user): record.userId == user
                case .resource(let resource): record.resourceId == resource
                }
            return isThere && restriction.matches(record)
        }.sorted { $0.key < $1.key }
    }

    /// Values of every kind, and numbers at the ends of what DynamoDB keeps.
    static let values = """
        {"empty":"","text":"a\\"\\\\\\n\\u0001\\u2028\\ud83d\\ude00","digits":12345678901234567890123456789012345678,\
        "small":1e-120,"large":-9.9e120,"fraction":0.10,"null":null,"yes":true,"no":false,"list":[],"map":{},\
        "nested":{"a":[1,{"b":["x",null,{"c":{}}]}]},"é":"e\\u0301"}
        """
}
