internal import Synchronization

/// What went wrong in other threads, where an expectation would not know its test.
public final class Faults: Sendable {
    private let faults = Mutex<[String]>([])

    /// Nothing so far.
    public init() {}

    /// All of them, in order.
    public var all: [String] { faults.withLock { $0 } }

    /// Notes one.
    public func add(_ fault: String) { faults.withLock { $0.append(fault) } }
}
