import Dispatch
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

/// One batch is written while the next is read, and nobody sees it by anything but the time.
@Suite struct BatchWriterTests {
    private static let records = (0..<9).map {
        TestRecord.make(Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z")
    }

    /// A loader of batches of three.
    private func loader(
        _ store: any RecordStore, _ tell: @escaping (LoadEvent) throws(StoreError) -> Void = { _ in }
    ) -> RecordLoader {
        RecordLoader(store: store, pacer: Pacer(rate: 12, now: { .now }, wait: { _ in }), tell: tell)
    }

    private func line(_ record: AuditRecord) -> [UInt8] {
        var lines = RecordLines(random: SplitMix64(seed: 1))
        return Array(lines.text([record]).dropLast())
    }

    @Test func `the next batch is read while one is written, and only one is written at a time`() throws {
        let store = WatchedStore()
        var loader = loader(store)
        for record in Self.records.prefix(5) { try loader.take(.bytes(line(record))) }
        // Three of them are under way, and nothing of it is certain.
        #expect(loader.counts.stored == 0 && loader.entries.settled == 0)
        store.mayWrite.signal()
        for _ in 0..<2 { store.mayWrite.signal() }
        for record in Self.records.dropFirst(5) { try loader.take(.bytes(line(record))) }
        try loader.flush()
        #expect(loader.counts.new == 9 && loader.entries.settled == 9)
        #expect(store.log.withLock { $0 } == ["3", "3", "3"])
        #expect(try store.inner.fetch(Self.records.map(\.key), budget: .ample).records == Self.records)
    }

    @Test func `that a record takes another's place is told before it does`() throws {
        let store = WatchedStore()
        for _ in 0..<9 { store.mayWrite.signal() }
        let others = Self.records.map {
            AuditRecord(key: $0.key, userId: "another", resourceId: $0.resourceId, attributes: $0.attributes)
        }
        var loader = loader(store) { event throws(StoreError) in
            if case .conflict(let conflict) = event {
                store.log.withLock { $0.append("told \(conflict.line.number)") }
            }
        }
        for record in Self.records.prefix(3) + others.prefix(2) + Self.records.dropFirst(3).prefix(1) {
            try loader.take(.bytes(line(record)))
        }
        try loader.flush()
        #expect(store.log.withLock { $0 } == ["3", "told 4", "told 5", "3"])
        #expect(loader.counts.replaced == 2 && loader.counts.new == 4)
    }

    @Test func `a batch that fails ends the load, and settles nothing`() throws {
        let store = WatchedStore()
        store.failure.withLock { $0 = StoreError(.unavailable, "broken off") }
        for _ in 0..<9 { store.mayWrite.signal() }
        var loader = loader(store)
        let error = #expect(throws: StoreError.self) {
            for record in Self.records { try loader.take(.bytes(line(record))) }
            try loader.flush()
        }
        #expect(error?.description == "broken off")
        #expect(loader.counts.stored == 0 && loader.entries.settled == 0)
    }

    /// Writes when it may, and notes how many records.
    private final class WatchedStore: RecordStore {
        let inner = NaiveStore()
        let mayWrite = DispatchSemaphore(value: 0)
        let log = Mutex<[String]>([])
        let failure = Mutex<StoreError?>(nil)

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try inner.read(read) }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try inner.fetch(keys, budget: budget)
        }
        func fault(of record: AuditRecord) -> String? { nil }
        func put(_ records: [AuditRecord]) throws(StoreError) {
            mayWrite.wait()
            if let failure = failure.withLock({ $0 }) { throw failure }
            log.withLock { $0.append("\(records.count)") }
            try inner.put(records)
        }
        func probe() throws(StoreError) {}
    }
}
