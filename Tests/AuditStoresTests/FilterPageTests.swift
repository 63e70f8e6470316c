// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

/// Pages of questions that have a filter.
@Suite struct FilterPageTests {
    private static let start = TestRecord.instant("2024-02-29T12:00:00Z")

    /// Records with a number each; those of `marked` have a mark, too.
    private func records(_ count: Int, marked: Set<Int>, padding: Int = 0) -> [AuditRecord] {
        (0..<count).map { index in
            TestRecord.make(
                Identifier("r\(100_000 + index)"), at: Self.start.advanced(bySeconds: Int64(index)),
                attributes:
                    "{\"n\":\(index),\"mark\":\(marked.contains(index)),\"a\":\"\(String(repeating: "x", count: padding))\"}"
            )
        }
    }

    /// A store that counts how often it is read, and of how many records.
    private final class CountedReads: RecordStore {
        private let inner: any RecordStore
        private let counts = Mutex((reads: 0, records: 0))

        init(_ inner: any RecordStore) { self.inner = inner }

        var reads: Int { counts.withLock { $0.reads } }
        var records: Int { counts.withLock { $0.records } }

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
            let run = try inner.read(read)
            counts.withLock { $0 = ($0.reads + 1, $0.records + run.records.count) }
            return run
        }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try inner.fetch(keys, budget: budget)
        }
        func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }
        func probe() throws(StoreError) { try inner.probe() }
    }

    private func query(_ filter: String, limit: Int, after: RecordKey? = nil) throws -> RecordQuery {
        RecordQuery(
            userId: "user", filter: try RecordFilter(Array(filter.utf8)), order: .ascending, limit: limit,
            after: after)
    }

    private func page(
        _ store: any RecordStore, _ query: RecordQuery, memory: AnswerMemory = .unshared,
        budget: Budget = .ample
    ) throws -> RecordPage {
        try PageReader(store: store, memory: memory, now: { .now }).page(
            of: query, scope: .all, budget: budget)
    }

    @Test func `pages of every limit together are what passes, over a store that takes every liberty`() throws
    {
        forAll(cases: 40) { random in
            let count = random.number(in: 0...60)
            let marked = Set((0..<count).filter { _ in random.once(in: 3) })
            let all = records(count, marked: marked)
            let store = NaiveStore(all, random: random.once(in: 2) ? random.fork() : nil)
            for limit in 1...max(1, count + 1) {
                var paging = Paging(store: store, scope: .all)
                if random.once(in: 3) { paging.budget = { (.spent, { .now }) } }
                if random.once(in: 3) {
                    paging.memory = AnswerMemory(.init(answer: 900, unasked: 300, reserved: 1 << 20))
                }
                let found = try paging.records(of: try query("mark eq true", limit: limit))
                try require(
                    found.map(\.key) == marked.sorted().map { all[$0].key }, "limit \(limit) of \(marked)")
            }
        }
    }

    @Test func `few reads find what is rare, and few records are read for what is not`() throws {
        let rare = CountedReads(NaiveStore(records(5000, marked: [4990])))
        #expect(try page(rare, try query("mark eq true", limit: 1)).records.count == 1)
        #expect(rare.reads < 40)
        let frequent = CountedReads(NaiveStore(records(5000, marked: Set(0..<5000))))
        #expect(try page(frequent, try query("mark eq true", limit: 10)).stop == .limit)
        #expect(frequent.records <= 22)
    }

    @Test
    func `a full page looks only so far for one more, and the next one begins behind what was looked at`()
        throws
    {
        let store = CountedReads(NaiveStore(records(5000, marked: [1, 3, 4000])))
        let first = try page(store, try query("mark eq true", limit: 2))
        #expect(first.records.map(\.key.auditId) == ["r100001", "r100003"])
        #expect(first.stop == .limit && first.looked == 1004)
        #expect(first.resume?.auditId == "r101003")
        let second = try page(store, try query("mark eq true", limit: 2, after: first.resume))
        #expect(second.records.map(\.key.auditId) == ["r104000"])
        #expect(second.stop == .end && second.looked == 3996)
    }

    @Test func `a full page that nothing follows says so, where that is near`() throws {
        let store = NaiveStore(records(500, marked: [1, 3]))
        #expect(try page(store, try query("mark eq true", limit: 2)).stop == .end)
        #expect(try page(store, try query("mark eq true", limit: 1)).stop == .limit)
        #expect(try page(store, try query("n lt 0", limit: 1)).stop == .end)
    }

    @Test func `a page whose time is over is short, and goes on behind the last record that was looked at`()
        throws
    {
        let all = records(300, marked: [250])
        let store = NaiveStore(all)
        var (after, pages, found) = (RecordKey?.none, 0, 0)
        repeat {
            let page = try page(store, try query("mark eq true", limit: 5, after: after), budget: .spent)
            #expect(page.looked > 0 || page.stop == .end)
            #expect(page.stop == .budget || page.stop == .end)
            found += page.records.count
            (after, pages) = (page.resume, pages + 1)
        } while after != nil && pages < 1000
        #expect(found == 1 && pages > 2 && pages < 1000)
    }

    @Test func `the clock is looked at while much is looked at in one run, and each page goes further`()
        throws
    {
        // One run has all of them, as a store that returns more than it is asked for may do.
        let store = BoundlessStore(inner: NaiveStore(records(40, marked: [], padding: 50_000)))
        var (after, pages, looked) = (RecordKey?.none, 0, 0)
        repeat {
            let page = try page(store, try query("mark eq true", limit: 40, after: after), budget: .spent)
            #expect(page.looked < 10 && page.stop == (page.resume == nil ? .end : .budget))
            (after, pages, looked) = (page.resume, pages + 1, looked + page.looked)
        } while after != nil && pages < 100
        #expect(looked == 40)
    }

    @Test func `what does not pass takes no room of the page`() throws {
        let all = records(200, marked: [0, 199], padding: 300)
        let memory = AnswerMemory(.init(answer: 3 * all[0].byteCount, unasked: 400, reserved: 1 << 20))
        let page = try page(NaiveStore(all), try query("mark eq true", limit: 10), memory: memory)
        #expect(page.records.count == 2 && page.stop == .end && page.looked == 200)
    }

    @Test func `a record whose attributes cannot be read is an error that names it`() throws {
        let bad = TestRecord.make("bad", at: Self.start, attributes: "{\"mark\":tru}")
        let error = #expect(throws: StoreError.self) {
            try page(NaiveStore([bad]), try query("mark eq true", limit: 10))
        }
        #expect(error?.code == .unreadable)
        #expect(error?.description.contains("auditId \"bad\"") == true)
    }

    @Test func `a filter is held against what may be seen, and not against what is stored`() throws {
        let all = records(3, marked: [0, 1, 2])
        let reader = PageReader(
            store: NaiveStore(all), memory: .unshared,
            sight: { $0.key.auditId == "r100001" ? $0.attributes : Array("{}".utf8) }, now: { .now })
        let page = try reader.page(of: try query("mark eq true", limit: 10), scope: .all, budget: .ample)
        #expect(page.records == [all[1]])
    }

    @Test func `so is a search, and both together leave out what either does`() throws {
        let all = (0..<6).map { index in
            TestRecord.make(
                Identifier("r\(index)"), at: Self.start,
                attributes: "{\"n\":\(index),\"text\":\"\(index % 2 == 0 ? "Even" : "odd")\"}")
        }
        let reader = PageReader(
            store: NaiveStore(all), memory: .unshared,
            sight: { $0.key.auditId == "r0" ? Array("{}".utf8) : $0.attributes }, now: { .now })
        var query = try query("n lt 4", limit: 10)
        query.search = try RecordSearch(Array("EVEN".utf8))
        let both = try reader.page(of: query, scope: .all, budget: .ample)
        #expect(both.records == [all[2]] && both.looked == 6)
        query.filter = nil
        #expect(try reader.page(of: query, scope: .all, budget: .ample).records == [all[2], all[4]])
    }
}
