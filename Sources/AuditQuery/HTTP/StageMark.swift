internal import Synchronization

/// What stage a thread's request is in. Written by that thread, read by whoever looks at the worker.
public final class StageMark: Sendable {
    /// The stages, in the order of the request's way.
    public enum Stage: UInt8, Sendable {
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
    public init() {}

    /// The stage now.
    public var stage: Stage { Stage(rawValue: value.load(ordering: .relaxed)) ?? .read }

    /// The thread goes on to a stage.
    public func enter(_ stage: Stage) { value.store(stage.rawValue, ordering: .relaxed) }
}
