// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Testing
@testable import AuditRecords
@testable import QueryService
@testable import StoreConformance
@testable import AuditStores
@testable import SQLiteRecords

@Suite struct PagingTests {
    private let seal = try! CursorSeal(secret: Array("a secret of thirty-two bytes, or more".utf8))

    /// A question as it comes back in its cursor.
    private func returned(_ query: RecordQuery, _ scope: SystemScope) throws -> RecordQuery {
        let policy = Policy(scope: scope).fingerprint
        guard let opened = seal.open(try seal.seal(query, policy: policy)), opened.policy == policy else {
            throw Falsified(description: "the cursor of \(query) does not open, or not to its policy")
        }
        return opened.question.records
    }

    @Test func `all pages of the embedded store are exactly the matching records, in order, once`() throws {
        forAll(cases: 40) { random in
            let folder = try TemporaryFolder()
            let path = folder.file("audit.db")
            let writer = SQLiteStore(writing: path)
            try writer.probe()
            var rounds = Rounds(random: random.fork())
            try rounds.fill(writer)
            try rounds.ask(SQLiteStore(reading: path), writer: writer, returned: returned)
        }
    }

    @Test func `all pages of a store that ends them early are exactly the matching records, in order, once`()
    {
        forAll(cases: 50) { random in
            let store = NaiveStore(random: random.fork())
            var rounds = Rounds(random: random.fork())
            try rounds.fill(store)
            try rounds.ask(store, writer: store, returned: returned)
        }
    }

    @Test(arguments: SortOrder.allCases)
    func `a page whose time is always up still comes further`(_ order: SortOrder) throws {
        let days = (0..<6).map { Day(daysSince1970: 19_782 + $0) }
        let records = days.flatMap { day in
            (0..<3).map { TestRecord.make(Identifier("r\($0)"), at: day.start) }
        }
        let query = RecordQuery(
            systemId: "system", range: TimeRange(start: days[0].start, end: days[5].end), order: order,
            limit: 2)
        var model = RecordModel()
        model.put(records)
        var paging = Paging(store: NaiveStore(records), scope: .all, returned: returned)
        paging.budget = { (.spent, { .now }) }
        try requireEqual(try paging.records(of: query), model.matching(query, scope: .all), query)
    }

    @Test func `what a store returns too much, of another time or shown before, is not shown`() {
        /// Returns the whole partition, whatever part of it is asked for.
        struct Generous: RecordStore {
            // Nothing of it is held back: it would be read again, and never got past.
            let inner: BoundlessStore
            func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
                try inner.read(
                    PartitionRead(
                        partition: read.partition, range: TimeRange(start: nil, end: nil), order: read.order,
                        after: nil,
                        restriction: Restriction(scope: .all),
                        limit: .max,
                        budget: read.budget))
            }
            func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
                try inner.fetch(keys, budget: budget)
            }
            func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }
            func probe() throws(StoreError) {}
        }
        forAll(cases: 20) { random in
            let store = Generous(inner: BoundlessStore(inner: NaiveStore()))
            var rounds = Rounds(random: random.fork())
            rounds.size = (120, 8)
            try rounds.fill(store)
            try rounds.ask(store, writer: store, returned: returned)
        }
    }

    @Test func `a store that does not advance is an error and no endless loop`() {
        struct Stuck: RecordStore {
            func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
                PartitionRun(records: [], resume: .boundary(at: Timestamp(seconds: 0)))
            }
            func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
                FetchedRecords(records: [])
            }
            func put(_ records: [AuditRecord]) throws(StoreError) {}
            func probe() throws(StoreError) {}
        }
        #expect(throws: StoreError.self) {
            try Paging(store: Stuck(), scope: .all, returned: returned).records(of: RecordQuery(userId: "u"))
        }
    }
}
