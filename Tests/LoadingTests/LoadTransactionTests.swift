import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DemoData
@testable import Loading
@testable import LogFormats
@testable import StoreConformance
@testable import Threads

/// A store's transaction goes on while the next batch is ready, and nothing is counted or settled before it is certain.
@Suite struct LoadTransactionTests {
    private static let records = (0..<9).map {
        TestRecord.make(Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z")
    }
    private let store = TransactionStore()

    /// A loader of batches of three, the first of which is written when the next is ready.
    private func loader() -> RecordLoader {
        let loader = RecordLoader(store: store) { [store] event throws(StoreError) in
            if case .conflict(let conflict) = event { store.note("told \(conflict.line.number)") }
        }
        let writer = loader.writer
        store.beforeFirst.withLock { $0 = { #expect(eventually { writer.isNextReady }) } }
        return loader
    }

    private func take(_ records: ArraySlice<AuditRecord>, _ loader: inout RecordLoader) throws {
        for record in records {
            var lines = RecordLines(random: SplitMix64(seed: 1))
            try loader.take(.bytes(Array(lines.text([record]).dropLast())))
        }
    }

    @Test func `while the next batch is ready a transaction goes on, and the last one commits it`() throws {
        var loader = loader()
        try take(Self.records[..<6], &loader)
        #expect(loader.counts.stored == 0 && loader.entries.settled == 0)
        try loader.flush()
        #expect(store.events == ["append 3", "append 3", "commit"])
        #expect(loader.counts.new == 6 && loader.entries.settled == 6)
    }

    @Test func `where no batch is ready, one is certain when it is written`() throws {
        var loader = loader()
        store.beforeFirst.withLock { $0 = nil }
        try take(Self.records[..<4], &loader)
        #expect(eventually { store.events == ["append 3", "commit"] })
        try loader.flush()
        #expect(loader.counts.new == 4 && loader.entries.settled == 4)
    }

    @Test func `one that waits for its time leaves no transaction open meanwhile`() throws {
        var loader = RecordLoader(
            store: store, pacer: Pacer(rate: 12, now: { .now }, wait: { _ in }), tell: { _ in })
        try take(Self.records[..<6], &loader)
        try loader.flush()
        #expect(store.events == ["append 3", "commit", "append 3", "commit"])
    }

    @Test func `where a later batch fails, nothing of the transaction is counted or settled`() throws {
        var loader = loader()
        store.failsAfter.store(1, ordering: .relaxed)
        let error = #expect(throws: StoreError.self) {
            try take(Self.records[..<6], &loader)
            try loader.flush()
        }
        #expect(error?.description == "broken off")
        #expect(loader.counts.stored == 0 && loader.entries.settled == 0)
    }

    @Test func `before a replacement is told, all before it is certain`() throws {
        let earlier = AuditRecord(
            key: Self.records[4].key, userId: "another", resourceId: "r", attributes: Array("{}".utf8))
        try store.inner.put([earlier])
        var loader = loader()
        try take(Self.records[..<6], &loader)
        try loader.flush()
        #expect(store.events == ["append 3", "commit", "told 5", "put 3"])
        #expect(loader.counts.new == 5 && loader.counts.replaced == 1 && loader.entries.settled == 6)
    }

    /// Leaves what is appended open.
    private final class TransactionStore: RecordStore {
        let inner = NaiveStore()
        let beforeFirst = Mutex<(@Sendable () -> Void)?>(nil)
        /// So many writes succeed.
        let failsAfter = Atomic<Int>(.max)
        private let log = Mutex<[String]>([])

        var events: [String] { log.withLock { $0 } }
        func note(_ event: String) { log.withLock { $0.append(event) } }

        var batchLimit: BatchLimit { BatchLimit(records: 3, bytes: 1 << 20) }
        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try inner.read(read) }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try inner.fetch(keys, budget: budget)
        }
        func fault(of record: AuditRecord) -> String? { nil }
        func put(_ records: [AuditRecord]) throws(StoreError) {
            note("put \(records.count)")
            try inner.put(records)
        }
        func append(_ records: [AuditRecord]) throws(StoreError) -> Bool {
            let wait = beforeFirst.withLock { wait in
                defer { wait = nil }
                return wait
            }
            wait?()
            guard events.count < failsAfter.load(ordering: .relaxed) else {
                throw StoreError(.unavailable, "broken off")
            }
            note("append \(records.count)")
            try inner.put(records)
            return false
        }
        func commit() throws(StoreError) {
            if events.last != "commit" { note("commit") }
        }
        func probe() throws(StoreError) {}
    }
}
