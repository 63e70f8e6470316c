import Foundation
import Glibc
import Synchronization

/// Runs a body on threads of its own, at once, and returns when all have ended.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let ended = DispatchSemaphore(value: 0)
    for index in 0..<count {
        Thread.detachNewThread {
            body(index)
            ended.signal()
        }
    }
    for _ in 0..<count { ended.wait() }
}

/// Waits until something holds, at most ten seconds.
func eventually(_ holds: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while !holds() {
        guard .now < deadline else { return false }
        usleep(500)
    }
    return true
}

/// A number that threads count up.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }

    func add() { count.add(1, ordering: .sequentiallyConsistent) }
}
