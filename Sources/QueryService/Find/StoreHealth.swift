package import AuditStores
package import AuditRecords
internal import Threads
internal import Synchronization

/// Whether the store answers, and what was wrong when it last did not: noted by those who read it, shown to operators.
package final class StoreHealth: Sendable {
    /// A read that failed.
    package struct Failure: Sendable, Equatable {
        /// When.
        package let time: Timestamp
        /// What was wrong, for operators.
        package let description: String
    }

    private let succeededLast = Atomic<Bool>(true)
    private let failure = Locked<Failure?>(nil)
    private let time: TimeSource

    /// Of a store that nobody has read yet.
    init(time: TimeSource) {
        self.time = time
    }

    /// Whether the last read was answered; true before the first one.
    package var isAnswering: Bool { succeededLast.load(ordering: .relaxed) }

    /// The last read that failed, however long ago; nil if none has.
    package var lastFailure: Failure? { failure.withLock { $0 } }

    /// Notes what came of a read. Costs next to nothing unless it failed.
    package func note(_ error: StoreError?) {
        succeededLast.store(error == nil, ordering: .relaxed)
        guard let error else { return }
        let noted = Failure(time: time.wall(), description: error.description)
        failure.withLock { $0 = noted }
    }
}
