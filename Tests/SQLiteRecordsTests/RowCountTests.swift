// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import GRDB
import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// What is counted in rows, by what stands in their attributes, or of what passes a filter, is what reading the records would count.
@Suite struct RowCountTests {
    private static let start = TestRecord.instant("2024-02-29T12:00:00Z")
    private static let scalars = [
        "1", "1.0", "10e-1", "-0", "0", "12345678901234567890123456789012345678",
        "12345678901234567890123456789012345678.0", "12345678901234567890123456789012345677", "1e400",
        "\"1\"",
        "\"\"", "\"null\"", "\"true\"", "true", "false", "null", "\"a\"", "\"é\"", "\"a\\u0061\"", "\"aa\"",
        "\"\(String(repeating: "long", count: 300))\"",
    ]
    /// Few shapes, so that most come a second time and are numbered.
    private static let shapes = [
        "{\"v\":#}", "{\"v\":#,\"w\":#}", "{\"v\":[#,#,#],\"w\":{\"v\":#}}",
        "{\"list\":[{\"w\":#},{\"w\":#,\"x\":1}]}",
        "{\"\\u0076\":#,\"x\":{\"v\":{}}}", "{\"v\":[[#],{\"v\":#}],\"w\":[]}", "{}", "{\"v\":{}}",
        "{ \"v\" : # }",
    ]
    private static let names = [
        "v", "w", "w.v", "list.w", "v.v", "x.v", "day", "month", "hour", "systemId", "userId", "resourceId",
    ]

    /// Of all that a row is told by: its values, and its names.
    private static let filters = [
        "v eq 1", "v eq \"1\" or w gt 0", "v pr", "not (v pr)", "not (v eq \"a\")", "v eq null",
        "userId eq \"u\" and v le 1", "resourceId sw \"q\"", "not (userId eq \"v\")",
        "list[w eq 1 and x eq 1]",
        "w.v eq true or x.v pr", "v co \"a\"", "none pr",
    ]

    private static func record(_ number: Int, _ random: inout SplitMix64) -> AuditRecord {
        let parts = random.pick(shapes).split(separator: "#", omittingEmptySubsequences: false)
        var text = String(parts[0])
        for part in parts.dropFirst() { text += random.pick(scalars) + part }
        let second = random.pick([-90_000, -3600, -1, 0, 0, 1, 86_400, 4_000_000]) + random.number(in: 0...2)
        return TestRecord.make(
            Identifier("r\(number)"), at: start.advanced(bySeconds: Int64(second)),
            system: random.pick(["s", "t", "sub"]), user: random.pick(["u", "v"]),
            resource: random.pick(["r", "q"]), attributes: text)
    }

    private static func keys(_ random: inout SplitMix64) throws -> [GroupKey] {
        let first = random.pick(Array(names.prefix(6)))
        if random.once(in: 8) { return [] }
        let names = [first] + (random.once(in: 2) ? [random.pick(names.filter { $0 != first })] : [])
        return try names.map { try GroupKey(Array($0.utf8)) }
    }

    private static func query(_ random: inout SplitMix64) -> RecordQuery {
        let start = Self.start.advanced(bySeconds: Int64(random.pick([-100_000, -90_000, -1, 0])))
        return RecordQuery(
            userId: random.once(in: 4) ? "u" : nil, systemId: random.once(in: 4) ? "s" : nil,
            resourceId: random.once(in: 4) ? "r" : nil,
            range: TimeRange(
                start: random.once(in: 4) ? Timestamp(seconds: start.seconds, nanoseconds: 5) : start,
                end: Self.start.advanced(bySeconds: Int64(random.pick([0, 1, 5_000_000])))))
    }

    /// All parts of a count in rows; nil where the store does not count so.
    private static func tally(
        _ store: SQLiteStore, _ query: RecordQuery, by keys: [GroupKey], scope: SystemScope, budget: Budget
    ) throws -> (tally: Tally, looked: Int, parts: Int)? {
        var (next, tally, looked, parts) = (query, Tally(by: CountQuery(query, by: keys).by), 0, 1)
        while true {
            let question = CountQuery(next, by: keys)
            let count = try #require(
                question.indexCount(scope: scope, budget: budget, seesAll: true))
            guard let counted = try store.count(count) else { return nil }
            tally.add(counted.tally)
            looked += counted.looked
            guard let resume = counted.resume else { return (tally, looked, parts) }
            try require(next.after.map { resume < $0 } ?? true, "a part ends at \(resume), no step further")
            next.after = resume
            parts += 1
        }
    }

    @Test func `groups are those of records that are looked at one by one, in parts of every size`() throws {
        let parts = Mutex(0)
        forAll(cases: 30) { random in
            let folder = try TemporaryFolder()
            let store = SQLiteStore(writing: folder.file("audit.db"))
            let records = (0..<random.number(in: 0...150)).map { Self.record($0, &random) }
            for record in records { try store.put([record]) }
            var model = RecordModel()
            model.put(records)
            for _ in 0..<15 {
                var (query, keys) = (Self.query(&random), try Self.keys(&random))
                let filter = try RecordFilter(Array(random.pick(Self.filters).utf8))
                let scope = SystemScope(patterns: random.pick([["*"], ["s"], ["s*"], ["t", "s"], ["u"]]))
                if let system = query.systemId, !scope.contains(system) { continue }
                let wanted = model.matching(query, scope: scope)
                let isFiltered = keys.isEmpty || random.once(in: 2)
                if isFiltered { query.filter = filter }
                let found = try Self.tally(
                    store, query, by: keys, scope: scope, budget: random.once(in: 2) ? .ample : .spent)
                let counted = try #require(found)
                parts.withLock { $0 += counted.parts }
                let passing = try wanted.filter {
                    try !isFiltered || filter.matches($0, attributes: $0.attributes)
                }
                let expected = try ReferenceCount.groups(of: passing, by: keys.map(\.description))
                try require(
                    ReferenceCount.groups(of: counted.tally) == expected.groups
                        && counted.tally.count == expected.count
                        && counted.looked == (isFiltered ? wanted.count : 0),
                    "\(query) by \(keys): \(counted.tally), not \(expected)")
            }
        }
        #expect(parts.withLock { $0 } > 400)
    }

    @Test
    func `a slice of more rows than are taken at once is cut, and a full millisecond is left to records`()
        throws
    {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        let most = RowTally.mostRows
        func put(_ count: Int, _ name: String, _ instant: (Int) -> Timestamp) throws {
            try store.put(
                (0..<count).map { number in
                    TestRecord.make(
                        Identifier("\(name)\(number)"), at: instant(number),
                        attributes: "{\"v\":\(number % 7)}")
                })
        }
        let key = try GroupKey(Array("v".utf8))
        let range = TimeRange(start: Self.start, end: Self.start.advanced(bySeconds: 100_000))
        try put(most + 5000, "a") { Self.start.advanced(bySeconds: 50_000 + Int64($0 / 10)) }
        let spread = try #require(
            try Self.tally(store, RecordQuery(range: range), by: [key], scope: .all, budget: .ample))
        #expect(spread.tally.count == most + 5000 && spread.tally.groups.count == 7)
        try put(most + 5000, "b") { _ in Self.start }
        // What is later is counted, and the rest by records.
        let query = RecordQuery(range: range)
        #expect(try Self.tally(store, query, by: [key], scope: .all, budget: .ample) == nil)
        let all = try Paging(store: store, scope: .all).tally(of: query, by: ["v"])
        #expect(all.count == 2 * (most + 5000))
    }

    @Test
    func
        `a key that may not see an attribute has each record looked at, and more groups than allowed are told`()
        throws
    {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        try store.put(
            (0...Tally.mostGroups).map { number in
                TestRecord.make(
                    Identifier("\(number)"), at: Self.start.advanced(bySeconds: Int64(number)),
                    attributes: "{\"v\":\(number),\"w\":[\(number % 3),\(number % 5)]}")
            })
        let range = TimeRange(start: Self.start, end: Self.start.advanced(bySeconds: 100_000))
        let error = #expect(throws: StoreError.self) {
            try Self.tally(
                store, RecordQuery(range: range), by: [try GroupKey(Array("v".utf8))], scope: .all,
                budget: .ample)
        }
        #expect(error?.code == .tooLarge)
        let paths = try [GroupKey(Array("w".utf8)), GroupKey(Array("systemId".utf8))]
        let found = try #require(
            try Self.tally(store, RecordQuery(range: range), by: paths, scope: .all, budget: .ample))
        #expect(found.tally.groups.count == 5 && found.tally.count == Tally.mostGroups + 1)
    }

    /// Five records, each by itself, so that their shape is numbered.
    private static func storeOfFive(
        at path: String, _ attributes: (Int) -> String
    ) throws -> SQLiteStore {
        let store = SQLiteStore(writing: path)
        for number in 0..<5 {
            try store.put([
                TestRecord.make(
                    Identifier("\(number)"), at: start.advanced(bySeconds: Int64(number)),
                    attributes: attributes(number))
            ])
        }
        return store
    }

    @Test func `a row that no strict parser reads is the error that it is to whoever reads it`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("audit.db")
        let store = try Self.storeOfFive(at: path) { _ in "{\"v\":\"text\",\"w\":1}" }
        let key = try GroupKey(Array("v".utf8))
        let query = RecordQuery(range: TimeRange(start: Self.start, end: Self.start.advanced(bySeconds: 99)))
        #expect(try Self.tally(store, query, by: [key], scope: .all, budget: .ample)?.tally.count == 5)
        try DatabaseQueue(path: path).write { database in
            // A line end within a text, and a number that is none.
            try database.execute(
                sql:
                    "UPDATE entries SET attributes = CAST(replace(attributes, 'text', 'te' || char(10) || 't') AS BLOB)"
            )
        }
        let error = #expect(throws: StoreError.self) {
            try Self.tally(SQLiteStore(reading: path), query, by: [key], scope: .all, budget: .ample)
        }
        #expect(error?.code == .unreadable, "\(error as Any)")
    }

    @Test func `a filter is left to records for who sees not all, and where an index leads to what passes`()
        throws
    {
        let folder = try TemporaryFolder()
        let path = folder.file("audit.db")
        _ = try Self.storeOfFive(at: path) { "{\"v\":\($0 % 2)}" }
        let range = TimeRange(start: Self.start, end: Self.start.advanced(bySeconds: 99))
        func count(_ filter: String, seesAll: Bool = true) throws -> IndexCounted? {
            let query = RecordQuery(filter: try RecordFilter(Array(filter.utf8)), range: range)
            let asked = CountQuery(query).indexCount(scope: .all, budget: .ample, seesAll: seesAll)
            return try asked.flatMap { try SQLiteStore(reading: path).count($0) }
        }
        #expect(try count("v eq 1")?.tally.count == 2)
        #expect(try count("v eq 1", seesAll: false) == nil)
        // Only a record tells its own id.
        #expect(try count("v eq 1 or auditId eq \"0\"") == nil)
        let indexes = SQLiteIndexes(attributes: [AttributePath(names: [Identifier("v")])])
        try SQLiteStore(writing: path, indexes: indexes).put([])
        #expect(try count("v eq 1") == nil)
        #expect(try count("not (v eq 1)")?.tally.count == 3)
    }
}
