import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

/// When the index of words is asked, and what becomes of what it says.
@Suite struct WordPageTests {
    /// A store whose index says that all of some records may have all words.
    private final class IndexedStore: RecordStore {
        private let inner: NaiveStore
        private let told: [AuditRecord]
        private let asked = Mutex<[WordRead]>([])

        init(_ records: [AuditRecord], told: [AuditRecord]) {
            (inner, self.told) = (NaiveStore(records), told)
        }

        var reads: [WordRead] { asked.withLock { $0 } }

        func keys(of read: WordRead) throws(StoreError) -> [RecordKey]? {
            asked.withLock { $0.append(read) }
            return told.map(\.key).filter { read.order.areInOrder(read.after, $0) }
        }
        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try inner.read(read) }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try inner.fetch(keys, budget: budget)
        }
        func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }
        func probe() throws(StoreError) { try inner.probe() }
    }

    private let records = (0..<3000).map { index in
        TestRecord.make(
            Identifier("r\(10_000 + index)"), at: Timestamp(seconds: Int64(index)),
            user: index % 2 == 0 ? "user" : "other",
            attributes: "{\"a\":\"\(index % 500 == 300 ? "sought" : "none")\"}")
    }

    /// Tells of all that are sought, and of some that are not.
    private var store: IndexedStore {
        IndexedStore(records, told: stride(from: 0, to: 3000, by: 10).map { records[$0] })
    }

    private func query(limit: Int) throws -> RecordQuery {
        RecordQuery(
            userId: "user", search: try RecordSearch(Array("sought".utf8)), order: .ascending, limit: limit)
    }

    private var sought: [AuditRecord] { stride(from: 300, to: 3000, by: 500).map { records[$0] } }

    @Test func `it is asked once a page, behind a thousand records, and what it says is checked`() throws {
        let store = store
        let page = try PageReader(store: store, now: { .now }).page(
            of: try query(limit: 100), scope: .all, budget: .ample)
        #expect(page.records == sought && page.stop == .end)
        #expect(store.reads.map(\.after) == [records[1998].key])
        #expect(page.looked == 1100)
    }

    @Test func `pages of every limit and of no time are the whole`() throws {
        for limit in 1...7 {
            for budget in [Budget.ample, .spent] {
                var paging = Paging(store: store, scope: .all)
                paging.budget = { (budget, { .now }) }
                #expect(try paging.records(of: try query(limit: limit)) == sought, "limit \(limit)")
            }
        }
    }

    @Test func `a key that may not see everything does not ask it`() throws {
        for scope in [SystemScope(patterns: ["system"]), SystemScope(patterns: ["sys*"])] {
            let store = store
            let page = try PageReader(store: store, now: { .now }).page(
                of: try query(limit: 100), scope: scope, budget: .ample)
            #expect(page.records == sought && store.reads.isEmpty)
        }
        let store = store
        let page = try PageReader(store: store, memory: .unshared, sight: { $0.attributes }, now: { .now })
            .page(
                of: try query(limit: 100), scope: .all, budget: .ample)
        #expect(page.records == sought && store.reads.isEmpty)
    }

    @Test func `it is not asked where enough passes`() throws {
        let store = store
        var query = try query(limit: 100)
        query.search = try RecordSearch(Array("none".utf8))
        let page = try PageReader(store: store, now: { .now }).page(of: query, scope: .all, budget: .ample)
        #expect(page.records.count == 100 && store.reads.isEmpty)
    }
}
