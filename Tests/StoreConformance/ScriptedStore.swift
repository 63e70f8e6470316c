package import AuditStores
package import AuditRecords
import Synchronization
package import TestSupport

/// A store that fails, waits or answers as it is told, and counts what it is asked.
package final class ScriptedStore: RecordStore {
    private struct State {
        var failure: StoreError?
        var barrier: Barrier?
        var doubt: StoreDoubt?
        var reads = 0
        var fetches = 0
        var probes = 0
    }

    package let inner: NaiveStore
    private let state = Mutex(State())

    private let knowsSystems: Bool

    package init(_ records: [AuditRecord] = [], knowsSystems: Bool = true) {
        inner = NaiveStore(records)
        self.knowsSystems = knowsSystems
    }

    package func knowsSystems(in scope: SystemScope) -> Bool { knowsSystems }

    /// From now on every call fails, or none with nil.
    package func fail(_ code: StoreError.Code?) {
        state.withLock { $0.failure = code.map { StoreError($0, "/secret/path/of/audit.db: \($0)") } }
    }

    /// From now on every answer may lack something, or none with nil.
    package func doubt(_ doubt: StoreDoubt?) {
        state.withLock { $0.doubt = doubt }
    }

    /// From now on every read waits until the barrier opens.
    package func wait(at barrier: Barrier?) {
        state.withLock { $0.barrier = barrier }
    }

    package var readCount: Int { state.withLock { $0.reads } }
    package var fetchCount: Int { state.withLock { $0.fetches } }

    package func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        state.withLock { $0.reads += 1 }
        try obey()
        var run = try inner.read(read)
        run.usage.doubt = state.withLock { $0.doubt }
        return run
    }

    package func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        state.withLock { $0.fetches += 1 }
        try obey()
        var found = try inner.fetch(keys, budget: budget)
        found.usage.doubt = state.withLock { $0.doubt }
        return found
    }

    package func put(_ records: [AuditRecord]) throws(StoreError) {
        try obey()
        try inner.put(records)
    }

    package func probe() throws(StoreError) {
        state.withLock { $0.probes += 1 }
        try obey()
    }

    private func obey() throws(StoreError) {
        state.withLock { $0.barrier }?.wait()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}
