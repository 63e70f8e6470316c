internal import Synchronization

/// What stage a thread's request is in. Written by that thread, read by whoever looks at the worker.
package final class StageMark: Sendable {
    /// The stages, in the order of the request's way.
    package enum Stage: UInt8, Sendable {
        /// Reading the request; a thread that has none is there too.
        case read
        case authenticate, validate, cache
        /// Waiting for the store, or for another's read of it.
        case store
        /// Making or sending the answer.
        case respond
    }

    private let value = Atomic<UInt8>(0)

    /// A mark of a thread that has no request yet.
    package init() {}

    /// The stage now.
    package var stage: Stage { Stage(rawValue: value.load(ordering: .relaxed)) ?? .read }

    /// The thread goes on to a stage.
    package func enter(_ stage: Stage) { value.store(stage.rawValue, ordering: .relaxed) }
}
