import Testing
import TestSupport
@testable import AuditRecords
@testable import AuditStores
@testable import DemoData
@testable import StoreConformance

/// Counts in groups, against records that are looked at one by one.
@Suite struct CountTests {
    private static let start = TestRecord.instant("2024-02-29T12:00:00Z")

    /// Spellings of few numbers, some of which no floating point tells apart, texts that spell them, and all else.
    private static let scalars = [
        "1", "1.0", "10e-1", "0.1E1", "-0", "0", "0.0e7", "12345678901234567890123456789012345678",
        "12345678901234567890123456789012345678.0", "12345678901234567890123456789012345677",
        "1.2345678901234567890123456789012345678e37", "1e400", "10e399", "-1e-400", "\"1\"", "\"\"",
        "\"null\"",
        "\"true\"", "true", "false", "null", "{}", "{\"v\":1}", "[]", "\"\\u0061\"", "\"a\"", "\"é\"",
    ]

    private static func value(_ random: inout SplitMix64, depth: Int = 0) -> String {
        guard depth < 3, random.once(in: 4) else { return random.pick(scalars) }
        return
            "[\((0..<random.number(below: 4)).map { _ in value(&random, depth: depth + 1) }.joined(separator: ","))]"
    }

    private static func record(_ index: Int, _ random: inout SplitMix64) -> AuditRecord {
        var members: [String] = []
        if !random.once(in: 4) { members.append("\"v\":\(value(&random))") }
        if !random.once(in: 4) {
            members.append("\"list\":[{\"w\":\(value(&random))},{\"w\":\(value(&random)),\"\\u0076\":1}]")
        }
        return TestRecord.make(
            Identifier("r\(index)"),
            at: start.advanced(bySeconds: Int64(random.number(in: -4000...4000) * 1000)),
            system: random.pick(["s", "t"]), user: "user", resource: random.pick(["r", "q"]),
            attributes: "{\(members.joined(separator: ","))}")
    }

    private static let names = [
        "v", "list.w", "list.v", "list", "day", "month", "hour", "systemId", "resourceId",
    ]

    @Test func `groups are those of records that are looked at one by one, whatever stands at a path`() {
        forAll(cases: 150) { random in
            let records = (0..<random.number(in: 0...80)).map { Self.record($0, &random) }
            let first = random.pick(Self.names)
            let names = Array(
                [first, random.pick(Self.names.filter { $0 != first })].prefix(random.number(below: 3)))
            var paging = Paging(
                store: NaiveStore(records, random: random.once(in: 2) ? random.fork() : nil), scope: .all)
            if random.once(in: 3) { paging.budget = { (.spent, { .now }) } }
            if random.once(in: 3) {
                paging.memory = AnswerMemory(
                    .init(answer: random.number(in: 300...5000), unasked: 300, reserved: 1 << 20))
            }
            let found = try paging.tally(of: RecordQuery(userId: "user"), by: names)
            let expected = try ReferenceCount.groups(of: records, by: names)
            try require(
                ReferenceCount.groups(of: found) == expected.groups && found.count == expected.count,
                "\(names): \(found.groups), not \(expected)")
        }
    }

    @Test func `groups come in order of time, then by how many there are, then by name`() throws {
        let days = ["2024-02-01", "2024-01-31", "2024-01-31", "2024-01-31", "2024-02-01", "2024-02-01"]
        let values = ["\"b\"", "\"a\"", "\"b\"", "\"b\"", "7", "null"]
        let records = zip(days, values).enumerated().map { index, pair in
            TestRecord.make(
                Identifier("r\(index)"), at: "\(pair.0)T10:00:00Z", attributes: "{\"v\":\(pair.1)}")
        }
        func ordered(_ names: [String]) throws -> [String] {
            try Paging(store: NaiveStore(records), scope: .all).tally(
                of: RecordQuery(userId: "user"), by: names
            ).ordered.map { group, count in
                group.values.map { String(decoding: $0.json, as: UTF8.self) }.joined(separator: " ")
                    + " \(count)"
            }
        }
        #expect(try ordered(["v"]) == ["\"b\" 3", "7 1", "\"a\" 1", "null 1"])
        let both = [
            "\"2024-01-31\" \"b\" 2", "\"2024-01-31\" \"a\" 1", "\"2024-02-01\" 7 1",
            "\"2024-02-01\" \"b\" 1",
            "\"2024-02-01\" null 1",
        ]
        #expect(try ordered(["v", "day"]) == both)
        #expect(try ordered(["day", "v"]) == both)
        #expect(
            try ordered(["day", "month"]) == [
                "\"2024-01\" \"2024-01-31\" 3", "\"2024-02\" \"2024-02-01\" 3",
            ])
        #expect(try ordered([]).isEmpty)
    }

    @Test func `more groups than an answer may have are refused, and no record makes more of them`() throws {
        let wide = TestRecord.make(
            "wide", at: Self.start,
            attributes:
                "{\"a\":[\((0..<200).map(String.init).joined(separator: ","))],\"b\":[\((0..<51).map(String.init).joined(separator: ","))]}"
        )
        let paging = Paging(store: NaiveStore([wide]), scope: .all)
        let query = RecordQuery(userId: "user")
        #expect(try paging.tally(of: query, by: ["a"]).groups.count == 200)
        #expect(throws: StoreError.self) { try paging.tally(of: query, by: ["a", "b"]) }
        let many = (0...Tally.mostGroups).map {
            TestRecord.make("r", at: Self.start.advanced(bySeconds: Int64($0)), attributes: "{\"v\":\($0)}")
        }
        let fits = Paging(store: NaiveStore(Array(many.dropLast())), scope: .all)
        #expect(try fits.tally(of: query, by: ["v"]).groups.count == Tally.mostGroups)
        let error = #expect(throws: StoreError.self) {
            try Paging(store: NaiveStore(many), scope: .all).tally(of: query, by: ["v"])
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func `a part holds no more groups than there is room for, and its last record is not in the next`()
        throws
    {
        let records = (0..<100).map {
            TestRecord.make("r", at: Self.start.advanced(bySeconds: Int64($0)), attributes: "{\"v\":\($0)}")
        }
        let memory = AnswerMemory(.init(answer: 3000, unasked: 1000, reserved: 1 << 20))
        let reader = PageReader(store: NaiveStore(records), memory: memory, now: { .now })
        var question = CountQuery(RecordQuery(userId: "user"), by: [.attribute(AttributePath(name: "v"))])
        var (parts, count) = (0, 0)
        repeat {
            let part = try reader.part(of: question, scope: .all, budget: .ample)
            #expect(part.byteCount <= 3000 && part.stop == (part.resume == nil ? .end : .size))
            #expect(part.tally.groups.values.allSatisfy { $0 == 1 })
            (parts, count, question.records.after) = (parts + 1, count + part.tally.count, part.resume)
        } while question.records.after != nil && parts < 100
        #expect(count == 100 && parts > 8)
    }

    @Test func `a record whose attributes cannot be read is an error, but not where they are not asked for`()
        throws
    {
        let bad = TestRecord.make("bad", at: Self.start, attributes: "{\"v\":tru}")
        let paging = Paging(store: NaiveStore([bad]), scope: .all)
        let query = RecordQuery(userId: "user")
        let error = #expect(throws: StoreError.self) { try paging.tally(of: query, by: ["v"]) }
        #expect(error?.code == .unreadable)
        #expect(error?.description.contains("auditId \"bad\"") == true)
        #expect(try paging.tally(of: query, by: ["day"]).count == 1)
    }

    @Test(arguments: [
        ("day", "day"), ("\"day\"", "\"day\""), ("\"action\"", "action"), ("\"userId\"", "userId"),
        ("details.\"a b\"", "details.\"a b\""), ("auditId", "auditId"), ("\"hour\".x", "hour.x"),
        ("hour.x", "hour.x"), ("Day", "Day"),
    ])
    func `a key is written in one way, which reads as the same key`(_ text: String, _ normal: String) throws {
        let key = try GroupKey(Array(text.utf8))
        #expect(key.description == normal)
        #expect(try GroupKey(Array(normal.utf8)) == key)
    }

    @Test(arguments: ["", "a..b", "timestamp", "userId.x", "é", "a[b]", String(repeating: "a", count: 257)])
    func `what is no key is refused`(_ text: String) {
        #expect(throws: GroupKeyError.self) { try GroupKey(Array(text.utf8)) }
    }

    @Test
    func `hours, days and months are those of the calendar, before 1970 too, and read as they are written`() {
        forAll(cases: 3000) { random in
            let seconds = Int64(random.number(below: 315_537_897_599)) + Timestamp.startOfTime.seconds
            let instant = Timestamp(seconds: seconds, nanoseconds: Int32(random.number(below: 1_000_000_000)))
            let text = instant.text(fractionDigits: 0)
            for (unit, count) in [(TimeUnit.month, 7), (.day, 10), (.hour, 13)] {
                let bucket = TimeBucket(unit, of: instant)
                try require(bucket.text == Array(text.prefix(count)), "\(instant) in \(bucket)")
                try require(TimeBucket(unit, bucket.text) == bucket, "\(bucket) is not read")
                try require(bucket.start <= instant && instant < bucket.next.start, "\(bucket) of \(instant)")
                try require(bucket < bucket.next, "\(bucket) has no successor")
            }
        }
        for text in ["2024-13", "2024-02-30", "2024-01-31T24", "2024-1-31", "", "2024-01-31T1"] {
            for unit in TimeUnit.allCases { #expect(TimeBucket(unit, Array(text.utf8)) == nil) }
        }
    }
}
