import Synchronization

/// What went wrong in other threads, where an expectation would not know its test.
final class Faults: Sendable {
    private let faults = Mutex<[String]>([])

    var all: [String] { faults.withLock { $0 } }

    func add(_ fault: String) { faults.withLock { $0.append(fault) } }
}
