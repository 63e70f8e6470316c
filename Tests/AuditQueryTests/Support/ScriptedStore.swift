@testable import AuditQuery
import Synchronization
import TestSupport

/// A store that fails, waits or answers as it is told, and counts what it is asked.
final class ScriptedStore: RecordStore {
    private struct State {
        var failure: StoreError?
        var barrier: Barrier?
        var reads = 0
        var fetches = 0
        var probes = 0
    }

    let inner: NaiveStore
    private let state = Mutex(State())

    init(_ records: [AuditRecord] = []) {
        inner = NaiveStore(records)
    }

    /// From now on every call fails, or none with nil.
    func fail(_ code: StoreError.Code?) {
        state.withLock { $0.failure = code.map { StoreError($0, "/secret/path/of/audit.db: \($0)") } }
    }

    /// From now on every read waits until the barrier opens.
    func wait(at barrier: Barrier?) {
        state.withLock { $0.barrier = barrier }
    }

    var readCount: Int { state.withLock { $0.reads } }
    var fetchCount: Int { state.withLock { $0.fetches } }

    func read(_ read: RangeRead) throws(StoreError) -> RangePage {
        state.withLock { $0.reads += 1 }
        try obey()
        return try inner.read(read)
    }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        state.withLock { $0.fetches += 1 }
        try obey()
        return try inner.fetch(keys, budget: budget)
    }

    func put(_ records: [AuditRecord]) throws(StoreError) {
        try obey()
        try inner.put(records)
    }

    func probe() throws(StoreError) {
        state.withLock { $0.probes += 1 }
        try obey()
    }

    private func obey() throws(StoreError) {
        state.withLock { $0.barrier }?.wait()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}
