import Dispatch
import Synchronization
import Threads

/// That somebody wants a command to end which goes on otherwise: made once, by a signal.
final class StopRequest: Sendable {
    private let made = Atomic(false)
    private let signal = DispatchSemaphore(value: 0)

    /// Whether it was made.
    var isMade: Bool { made.load(ordering: .acquiring) }

    /// Makes it, and wakes whoever waits.
    func make() {
        made.store(true, ordering: .releasing)
        signal.signal()
    }

    /// Waits until it is made, or for so long.
    func wait(within limit: Duration) { _ = signal.wait(within: limit) }
}
