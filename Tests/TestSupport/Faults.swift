internal import Synchronization

/// What went wrong in other threads, where an expectation would not know its test.
package final class Faults: Sendable {
    private let faults = Mutex<[String]>([])

    /// Nothing so far.
    package init() {}

    /// All of them, in order.
    package var all: [String] { faults.withLock { $0 } }

    /// Notes one.
    package func add(_ fault: String) { faults.withLock { $0.append(fault) } }
}
