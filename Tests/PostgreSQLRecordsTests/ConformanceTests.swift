import PostgreSQLStandIns
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import PostgreSQLRecords
@testable import StoreConformance

@Suite struct PostgreSQLConformanceTests {
    @Test func `PostgreSQL does what every store must, where one role reads and another writes`() throws {
        let database = try TestDatabase()
        let store = SplitStore(reader: try database.store(.read), writer: try database.store(.write))
        for check in StoreConformance.checks { try check.run(StoreConformance(store: store)) }
    }

    @Test func `all pages of PostgreSQL are exactly the matching records, in order, once`() throws {
        let database = try TestDatabase()
        let store = SplitStore(reader: try database.store(.read), writer: try database.store(.write))
        forAll(cases: 12) { random in
            try database.empty()
            var rounds = Rounds(random: random.fork())
            try rounds.fill(store)
            try rounds.ask(store, writer: store)
        }
    }

    @Test func `names that a key may see are told once each in the order of their bytes, from any place on`()
        throws
    {
        let vocabulary: [Identifier] = [
            "a", "a ", "ab", "A", "é", "e\u{301}", "日本", "\u{10FFFF}", "a/b", "a\u{7F}",
        ]
        let scopes: [SystemScope] = [
            .all, .only([.exact("a"), .exact("日本")]), .only([.prefix("a")]),
            .only([.prefix("a"), .exact("ab"), .exact("é")]), .only([]),
        ]
        let database = try TestDatabase()
        let store = SplitStore(reader: try database.store(.read), writer: try database.store(.write))
        forAll(cases: 30) { random in
            try database.empty()
            let records = (0..<random.number(in: 1...60)).map { number in
                TestRecord.make(
                    Identifier("id-\(number)"),
                    at: Timestamp(seconds: 1_709_208_000 + Int64(number) * 86_400),
                    system: random.pick(vocabulary), user: random.pick(vocabulary),
                    resource: random.pick(vocabulary))
            }
            try store.put(records)
            for kind in NameKind.allCases {
                let read = NameRead(
                    kind: kind, prefix: random.pick(["", "", "a", "é", "zz"]).utf8.map(\.self),
                    start: random.pick(vocabulary + [""]).bytes, limit: random.number(in: 1...8),
                    scope: random.pick(scopes), deadline: .now + .seconds(60))
                let expected = NaiveStore(records).names(read)
                try require(try store.names(read) == expected, "\(read): \(String(describing: expected))")
            }
        }
    }

    @Test func `what is told to be behind all is`() throws {
        let database = try TestDatabase()
        let store = try database.store(.write)
        try store.put([
            TestRecord.make("a", at: "2024-01-31T23:59:59.000000999Z", system: "s"),
            TestRecord.make("b", at: "2024-05-01T00:00:00Z", system: "later"),
        ])
        let last = TestRecord.instant("2024-01-31T23:59:59.000000999Z")
        #expect(try store.hasNone(since: ["s": last]) == false)
        #expect(try store.hasNone(since: ["s": last.advanced(bySeconds: 0, nanoseconds: 1)]))
        #expect(try store.hasNone(since: ["other": last, "s": last]) == false)
        #expect(try store.hasNone(since: ["other": Timestamp.startOfTime]))
        #expect(try store.hasNone(since: [:]))
    }
}

/// Reads go to one store and writes to another one of the same database.
struct SplitStore: RecordStore {
    let reader: PostgreSQLStore
    let writer: PostgreSQLStore

    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try reader.read(read) }
    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        try reader.fetch(keys, budget: budget)
    }
    func names(_ read: NameRead) throws(StoreError) -> NameRun? { try reader.names(read) }
    func put(_ records: [AuditRecord]) throws(StoreError) { try writer.put(records) }
    func probe() throws(StoreError) { try reader.probe() }
}
