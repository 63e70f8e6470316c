// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import AuditQuery
import TestSupport
import Testing

@Suite struct PagingTests {
    private let seal = try! CursorSeal(secret: Array("a secret of thirty-two bytes, or more".utf8))

    @Test func `All pages of the embedded store are exactly the matching records, in order, once`() throws {
        forAll(cases: 40) { random in
            let folder = try TemporaryFolder()
            let path = folder.file("audit.db")
            let writer = SQLiteStore(writing: path)
            try writer.probe()
            var rounds = Rounds(random: random.fork())
            try rounds.fill(writer)
            try rounds.ask(SQLiteStore(reading: path), writer: writer, seal)
        }
    }

    @Test func `All pages of a store that ends them early are exactly the matching records, in order, once`()
    {
        forAll(cases: 50) { random in
            let store = NaiveStore(random: random.fork())
            var rounds = Rounds(random: random.fork())
            try rounds.fill(store)
            try rounds.ask(store, writer: store, seal)
        }
    }

    @Test(arguments: SortOrder.allCases)
    func `A page whose time is always up still comes further`(_ order: SortOrder) throws {
        let days = (0..<6).map { Day(daysSince1970: 19_782 + $0) }
        let records = days.flatMap { day in
            (0..<3).map { TestRecord.make(Identifier("r\($0)"), at: day.start) }
        }
        let query = RecordQuery(
            systemId: "system", range: TimeRange(start: days[0].start, end: days[5].end), order: order,
            limit: 2)
        var model = RecordModel()
        model.put(records)
        var paging = Paging(store: NaiveStore(records), seal: seal, scope: .all)
        paging.budget = { (.spent, { .now }) }
        try requireEqual(try paging.records(of: query), model.matching(query, scope: .all), query)
    }

    @Test func `A store that does not advance is an error and no endless loop`() {
        struct Stuck: RecordStore {
            func read(_ read: RangeRead) throws(StoreError) -> RangePage {
                RangePage(records: [], resume: .boundary(at: Timestamp(seconds: 0)))
            }
            func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
                FetchedRecords(records: [])
            }
            func put(_ records: [AuditRecord]) throws(StoreError) {}
            func probe() throws(StoreError) {}
        }
        #expect(throws: StoreError.self) {
            try Paging(store: Stuck(), seal: seal, scope: .all).records(of: RecordQuery(userId: "u"))
        }
    }
}

/// Random records in a store, and random questions about them.
private struct Rounds {
    var random: SplitMix64
    private var model = RecordModel()
    private let vocabulary: Vocabulary

    init(random: SplitMix64) {
        self.random = random
        vocabulary = Vocabulary(&self.random)
    }

    mutating func fill(_ store: any RecordStore) throws {
        let count = random.once(in: 6) ? random.number(in: 0...3) : random.number(in: 20...350)
        let records = (0..<count).map { _ in vocabulary.record(&random) }
        try store.load(records, &random)
        model.put(records)
    }

    mutating func ask(_ store: any RecordStore, writer: any RecordStore, _ seal: CursorSeal) throws {
        for _ in 0..<12 {
            let query = vocabulary.query(&random)
            let scope = vocabulary.scope(&random)
            var paging = Paging(store: store, seal: seal, scope: scope)
            if random.once(in: 3) { paging.budget = { (.spent, { .now }) } }
            let records = try paging.records(of: query)
            try requireEqual(records, model.matching(query, scope: scope), query)
        }
        for _ in 0..<3 { try askWhileRecordsArrive(store, writer: writer, seal) }
    }

    /// What was there at the first page is in the answer; what comes later may be or not; nothing is in it twice.
    private mutating func askWhileRecordsArrive(
        _ store: any RecordStore, writer: any RecordStore, _ seal: CursorSeal
    ) throws {
        let query = vocabulary.query(&random)
        let scope = vocabulary.scope(&random)
        let present = model.matching(query, scope: scope)
        var arrived = 0
        let records = try Paging(store: store, seal: seal, scope: scope).records(of: query) {
            guard arrived < 30 else { return }
            let added = (0..<random.number(in: 0...4)).map { _ in vocabulary.record(&random) }
                .filter { model.records[$0.key] == nil }
            try writer.put(added)
            model.put(added)
            arrived += added.count
        }
        let possible = model.matching(query, scope: scope)
        let keys = Set(records.map(\.key))
        let presentKeys = Set(present.map(\.key))
        try require(keys.count == records.count, "a record is there twice for \(query)")
        try require(presentKeys.isSubset(of: keys), "a record that was there is missing for \(query)")
        try requireEqual(records, possible.filter { keys.contains($0.key) }, query)
    }
}
