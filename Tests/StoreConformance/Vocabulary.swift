internal import TestSupport
package import AuditRecords
package import AuditStores
package import DemoData

/// The ids and instants that random records are made of: few, so that many records agree, and awkward.
package struct Vocabulary {
    package let systems: [Identifier]
    package let users: [Identifier]
    package let resources: [Identifier]
    package let auditIds: [Identifier]
    package let instants: [Timestamp]
    /// Whether timestamps are spelt with any number of digits and any mark of UTC, as other writers do.
    package var hasOtherSpellings = false
    /// Whether records have attributes, which another program may write in other bytes.
    package var hasAttributes = true

    /// Prefixes of each other, what separates the parts of keys, what SQL and URLs escape, and "é" in two spellings.
    package static let awkward = [
        "a", "ab", "abc", "a#", "a#b", "a_b", "a__b", "_", "%", "%5F", "a%2Fb", "a/b", "/", "a*", "*", "a b",
        " ", "+",
        "a+b", "é", "e\u{301}", "é#", "日本", "Ω", "\u{10FFFF}", "\u{FFFD}", "'", "\"", "\\", "a\\u0041", "A",
        "&=?",
        "\u{FEFF}", "Z", "0", "2024-02-29T00:00:00.000000000Z#a",
        "01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdee", "01234567-89AB-cdef",
        "01234567-8",
    ].map { Identifier($0) }

    package init(_ random: inout SplitMix64) {
        func some(_ count: Int) -> [Identifier] { (0..<count).map { _ in random.pick(Self.awkward) } }
        systems = some(random.number(in: 1...4))
        users = some(random.number(in: 1...4))
        resources = some(random.number(in: 1...4))
        auditIds =
            some(random.number(in: 1...12)) + (0..<random.number(below: 20)).map { Identifier("id-\($0)") }
        instants = Self.instants(&random)
    }

    /// Around midnights, over a leap day, 1970 or an end of time, with many in one second and in one instant.
    private static func instants(_ random: inout SplitMix64) -> [Timestamp] {
        let (leapDay, first, last) = (19_782, -719_162, 2_932_896)
        let middle = random.once(in: 3) ? random.pick([0, first + 2, last - 3]) : leapDay
        let days = (-2...3).map { middle + $0 }
        let seconds: [Int64] = [0, 1, 43_200, 43_201, 86_399]
        let nanoseconds: [Int32] = [
            0, 1, 100, 5_000_000, 100_000_000, 120_000_000, 123_000_000, 123_456_789, 500_000_000,
            999_000_000,
            999_999_999,
        ]
        return (0..<random.number(in: 1...20)).map { _ in
            Day(daysSince1970: random.pick(days)).start
                .advanced(bySeconds: random.pick(seconds), nanoseconds: random.pick(nanoseconds))
        }
    }

    /// A record; records of one vocabulary may share keys.
    package func record(_ random: inout SplitMix64) -> AuditRecord {
        AuditRecord(
            key: key(&random), userId: random.pick(users), resourceId: random.pick(resources),
            attributes: hasAttributes ? attributes(&random) : Array("{}".utf8))
    }

    private func key(_ random: inout SplitMix64) -> RecordKey {
        let key = RecordKey(
            systemId: random.pick(systems), instant: random.pick(instants), auditId: random.pick(auditIds))
        guard hasOtherSpellings else { return key }
        let spellings = (0...9).map { key.instant.text(fractionDigits: $0) }.filter {
            (try? Timestamp.parse($0).instant) == key.instant
        }.flatMap { text in ["Z", "Z", "Z", "z", "+00:00", "-00:00"].map { text.dropLast() + Array($0.utf8) }
        }
        let spelt = try? RecordKey(
            systemId: key.systemId, timestamp: random.pick(spellings), auditId: key.auditId)
        return spelt ?? key
    }

    private func attributes(_ random: inout SplitMix64) -> [UInt8] {
        let members = [
            "\"action\":\"Read\"", "\"n\":12345678901234567890123456789012345678", "\"e\\u0301\":1.0e+2",
            "\"details\":{\"any\":[\"nested\",null,{\"JSON\":-0.10}]}", "\"s\":\"\\ud83d\\ude00 \\/ é\"",
            "\"t\":true",
        ].filter { _ in random.once(in: 3) }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    /// Patterns that let through some of the systems.
    package func scope(_ random: inout SplitMix64) -> SystemScope {
        guard !random.once(in: 3) else { return .all }
        return SystemScope(
            patterns: (0..<random.number(below: 4)).map { _ in
                let system = random.pick(systems).description
                guard random.once(in: 2) else { return system }
                let scalars = String.UnicodeScalarView(
                    system.unicodeScalars.prefix(random.number(in: 1...system.unicodeScalars.count)))
                return String(scalars) + "*"
            }
            // A key file refuses a pattern with a * before its end.
            .filter { !$0.unicodeScalars.dropLast().contains("*") })
    }

    /// A question within what validation lets through: a system alone has a bounded range, and so has nothing.
    package func query(_ random: inout SplitMix64) -> RecordQuery {
        let parts = random.number(in: 0...7)
        var bounds = [bound(&random), bound(&random)].sorted()
        // As validation sees to: no range is empty, and none ends after time does.
        if bounds[0] == .endOfTime { bounds[0] = Timestamp.endOfTime.advanced(bySeconds: -1) }
        if bounds[0] == bounds[1] { bounds[1] = bounds[0].advanced(bySeconds: 0, nanoseconds: 1) }
        let isBounded = parts == 0 || parts == 2
        let range = TimeRange(
            start: isBounded || random.once(in: 2) ? bounds[0] : nil,
            end: isBounded || random.once(in: 2) ? bounds[1] : nil)
        return RecordQuery(
            userId: parts & 1 != 0 ? random.pick(users) : nil,
            systemId: parts & 2 != 0 ? random.pick(systems) : nil,
            resourceId: parts & 4 != 0 ? random.pick(resources) : nil,
            filter: random.once(in: 2) ? random.pick(Self.filters).filter : nil,
            search: random.once(in: 3) ? random.pick(Self.searches).search : nil, stated: range,
            range: TimeRange(start: range.start, end: range.end == .endOfTime ? nil : range.end),
            order: random.pick(SortOrder.allCases), limit: limit(&random))
    }

    private func bound(_ random: inout SplitMix64) -> Timestamp {
        let instant = random.pick(instants)
        let bound =
            switch random.number(below: 4) {
            case 0: instant
            case 1: instant.advanced(bySeconds: 0, nanoseconds: 1)
            case 2: instant.day.start
            default: instant.day.end
            }
        return min(bound, .endOfTime)
    }

    private func limit(_ random: inout SplitMix64) -> Int {
        random.pick([1, 2, 7, 100, 1000, random.number(in: 1...50)])
    }
}

/// Filters on what records of a vocabulary have, and how the plain evaluator reads them.
extension Vocabulary {
    private static let filters: [(filter: RecordFilter, reference: ReferenceFilter)] = [
        ("action eq \"Read\"", .compare(["action"], "eq", .string(Array("Read".utf8)))),
        ("t ne true", .compare(["t"], "ne", .boolean(true))),
        ("not (n pr)", .not(.present(["n"]))),
        (
            "n eq 12345678901234567890123456789012345678.0 or details.any eq null",
            .any([
                .compare(["n"], "eq", .number("12345678901234567890123456789012345678")),
                .compare(["details", "any"], "eq", .null),
            ])
        ),
        (
            "details.any[JSON lt 0] and \"e\\u0301\" ge 1e2",
            .all([
                .element(["details", "any"], .compare(["JSON"], "lt", .number("0"))),
                .compare(["e\u{301}"], "ge", .number("100")),
            ])
        ),
        ("userId lt \"b\"", .compare(["userId"], "lt", .string(Array("b".utf8)))),
        ("auditId sw \"id-\"", .compare(["auditId"], "sw", .string(Array("id-".utf8)))),
        (
            "timestamp ge \"1970-01-01T00:00:00Z\"",
            .compare(["timestamp"], "ge", .instant("1970-01-01T00:00:00Z", 0))
        ),
        ("none pr", .present(["none"])),
    ].compactMap { text, reference in
        (try? RecordFilter(Array(text.utf8))).map { ($0, reference) }
    }

    /// Whether a record passes one of them, by the plain evaluator.
    static func passes(_ record: AuditRecord, _ filter: RecordFilter) -> Bool {
        guard let known = filters.first(where: { $0.filter == filter }),
            let attributes = try? Tree(json: record.attributes)
        else { return false }
        return known.reference.holds(record, attributes)
    }

    /// Searches for what stands in ids and strings, in names and numbers, and nowhere.
    private static let searches: [(search: RecordSearch, reference: ReferenceSearch)] = [
        ["READ"], ["nested", "rea"], ["id-"], ["A#B"], ["a%2f"], ["CDEF-0123", "ead"], ["json"], ["5678"],
        ["none"],
    ].compactMap { words in
        (try? RecordSearch(Array(words.joined(separator: " ").utf8))).map { ($0, ReferenceSearch(words)) }
    }

    /// Whether a record passes one of them, by the plain evaluator.
    static func passes(_ record: AuditRecord, _ search: RecordSearch) -> Bool {
        guard let known = searches.first(where: { $0.search == search }),
            let attributes = try? Tree(json: record.attributes)
        else { return false }
        return known.reference.holds(ReferenceSearch.strings(of: record, attributes))
    }
}
