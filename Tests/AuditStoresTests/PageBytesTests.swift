// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Synchronization
import TestSupport
import Testing
@testable import Threads
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

/// Pages that are bounded in bytes, over a memory that many share.
@Suite struct PageBytesTests {
    private static let start = TestRecord.instant("2024-02-29T12:00:00Z")

    private func records(_ sizes: [Int], stepSeconds: Int64 = 1) -> [AuditRecord] {
        sizes.enumerated().map { index, size in
            TestRecord.make(
                Identifier("r\(1000 + index)"),
                at: Self.start.advanced(bySeconds: Int64(index) * stepSeconds),
                attributes: "{\"a\":\"\(String(repeating: "x", count: size))\"}")
        }
    }

    private func page(
        _ store: any RecordStore, _ memory: AnswerMemory, limit: Int = 1000, after: RecordKey? = nil,
        budget: Budget = .ample,
        _ change: (inout RecordQuery) -> Void = { _ in }
    ) throws -> RecordPage {
        var query = RecordQuery(userId: "user", order: .ascending, limit: limit, after: after)
        change(&query)
        return try PageReader(store: LimitedReads(store), memory: memory, now: { .now }).page(
            of: query, scope: .all, budget: budget)
    }

    /// A store that is asked so often and no more: a page that never gets further is to fail, and not to hang.
    private final class LimitedReads: RecordStore {
        private let inner: any RecordStore
        private let count = Counter()

        init(_ inner: any RecordStore) {
            self.inner = inner
        }

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
            guard count.add() <= 1000 else { throw StoreError(.unavailable, "a page has read 1000 times") }
            return try inner.read(read)
        }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try inner.fetch(keys, budget: budget)
        }
        func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }
        func probe() throws(StoreError) { try inner.probe() }
    }

    @Test func `a page ends before the record that would pass its bytes, and the next one begins with it`()
        throws
    {
        let all = records([100, 100, 100, 100])
        let each = all[0].byteCount
        let store = NaiveStore(all)
        for (bytes, counts) in [
            (4 * each, [4]), (4 * each - 1, [3, 1]), (2 * each, [2, 2]), (each - 1, [1, 1, 1, 1]),
        ] {
            let memory = AnswerMemory(
                .init(answer: bytes, unasked: 10, reserved: 1 << 20))
            var (found, place, left) = ([AuditRecord](), RecordKey?.none, counts)
            repeat {
                let page = try page(store, memory, after: place)
                #expect(page.records.count == left.removeFirst())
                #expect(page.stop == (left.isEmpty ? .end : .size))
                #expect(page.resume == (left.isEmpty ? nil : page.records.last?.key))
                found += page.records
                place = page.resume
            } while place != nil
            #expect(found == all && left.isEmpty)
            #expect(memory.held == 0)
        }
    }

    @Test func `a page ends for its bytes though the store returns more than it was asked for`() throws {
        let all = records([100, 100, 100])
        let memory = AnswerMemory(.init(answer: 2 * all[0].byteCount, unasked: 10, reserved: 1 << 20))
        let page = try page(BoundlessStore(inner: NaiveStore(all)), memory)
        #expect(page.records == Array(all.prefix(2)))
        #expect(page.stop == .size && page.resume == all[1].key)
    }

    @Test func `a full page is full, whatever the next record's size`() throws {
        let all = records([10, 10, 5000])
        let memory = AnswerMemory(.init(answer: 1000, unasked: 10, reserved: 1 << 20))
        let page = try page(NaiveStore(all), memory, limit: 2)
        #expect(page.records.count == 2)
        #expect(page.stop == .limit)
    }

    @Test func `a record too large for a worker is an error that says so, and not an empty page`() throws {
        let memory = AnswerMemory(.init(answer: 1000, unasked: 10, reserved: 4000))
        let error = #expect(throws: StoreError.self) {
            try page(NaiveStore(records([3000])), memory)
        }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("worker.answer-bytes") == true)
        #expect(memory.held == 0)
    }

    @Test func `without room a page ends with what it has, and who has nothing waits for others' answers`()
        throws
    {
        let all = records(Array(repeating: 300, count: 6))
        let store = NaiveStore(all)
        let memory = AnswerMemory(.init(answer: 4000, unasked: 1100, reserved: 8000))
        let whole = try page(store, memory)
        #expect(whole.records.count == 6)
        // Its room is all there is: two records fit into what nobody is asked for.
        let short = try page(store, memory, budget: .spent)
        #expect(short.records == Array(all.prefix(2)))
        #expect(short.stop == .size)
        let patient = Running { try? page(store, memory).records.count }
        #expect(patient.comesToWait, "it waits as long as its time allows")
        let large = NaiveStore(records([2000]))
        let waiting = Running {
            var query = RecordQuery(userId: "user", order: .ascending)
            query.limit = 1
            return try? PageReader(store: large, memory: memory, now: { .now }).page(
                of: query, scope: .all, budget: .ample
            ).records.count
        }
        #expect(waiting.comesToWait)
        let late = #expect(throws: StoreError.self) {
            try PageReader(store: large, memory: memory, now: { .now }).page(
                of: RecordQuery(userId: "user"), scope: .all,
                budget: Budget(soft: .now, deadline: .now + .milliseconds(1)))
        }
        #expect(late?.code == .busy)
        whole.room?.reservation.shrink(to: 0)
        #expect(patient.result() == 6)
        #expect(waiting.result() == 1)
    }

    @Test func `pages of many threads over little memory are whole, in order, and refuse nobody`() {
        forAll(cases: 5) { random in
            let sizes = (0..<120).map { _ in random.once(in: 5) ? random.number(in: 0...3000) : 50 }
            let all = records(sizes, stepSeconds: 2000)
            let store = NaiveStore(all, random: random.fork())
            let memory = AnswerMemory(
                .init(answer: random.number(in: 1500...4000), unasked: 500, reserved: 9000))
            let failures = Mutex([String]())
            onThreads(8) { index in
                do {
                    try read(all, store, memory, bySystem: index.isMultiple(of: 2))
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            let failed = failures.withLock { $0 }
            try require(failed.isEmpty, "\(failed)")
            try require(memory.held == 0, "\(memory.held) bytes are held by nobody")
        }
    }

    /// All pages, each held until the next one is there.
    @Sendable private func read(
        _ all: [AuditRecord], _ store: any RecordStore, _ memory: AnswerMemory, bySystem: Bool
    ) throws {
        var found: [AuditRecord] = []
        var last: RecordPage?
        try untilDone("the last page") {
            // A page that is held would have others wait, who hold theirs.
            let place = last?.resume
            last = nil
            // Whoever waits for room that never comes is to fail, and not to hang.
            let patience = Budget(soft: .now + .seconds(30), deadline: .now + .seconds(30))
            let page = try page(store, memory, after: place, budget: patience) { query in
                guard bySystem else { return }
                query.userId = nil
                query.systemId = "system"
                query.range = TimeRange(
                    start: Self.start, end: all.last?.key.instant.advanced(bySeconds: 1))
            }
            #expect(!page.records.isEmpty || page.stop == .end)
            #expect(page.records.byteCount <= memory.limits.answer || page.records.count == 1)
            found += page.records
            last = page
            return page.resume == nil
        }
        try require(found == all, "\(found.count) of \(all.count)")
    }
}
