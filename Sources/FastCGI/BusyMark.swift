internal import Synchronization

/// A thread of the server that has a request.
package struct BusyThread: Sendable {
    /// What it does with it, in this order.
    package enum Phase: UInt8, Sendable {
        /// Waiting for the rest of its parameters.
        case reading
        /// In the handler, which reads the body too.
        case answering
        /// Sending the reply, for as long as the peer takes to read it.
        case writing
    }

    /// What it does now.
    package let phase: Phase
    /// How long it has had the request.
    package let duration: Duration
}

/// Since when one thread has had its request, and what it does with it. Written by that thread, read by the watchdog.
final class BusyMark: Sendable {
    private let start = ContinuousClock.now
    /// Nanoseconds after `start`, or 0 when the thread is free.
    private let since = Atomic<Int64>(0)
    private let phase = Atomic<UInt8>(0)

    func set() {
        enter(.reading)
        since.store(max(1, nanoseconds), ordering: .relaxed)
    }

    func enter(_ phase: BusyThread.Phase) { self.phase.store(phase.rawValue, ordering: .relaxed) }

    func clear() {
        since.store(0, ordering: .relaxed)
    }

    /// What the thread does; nil when it is free.
    var thread: BusyThread? {
        let since = since.load(ordering: .relaxed)
        guard since != 0 else { return nil }
        return BusyThread(
            phase: BusyThread.Phase(rawValue: phase.load(ordering: .relaxed)) ?? .reading,
            duration: .nanoseconds(nanoseconds - since))
    }

    private var nanoseconds: Int64 { Int64((ContinuousClock.now - start) / .nanoseconds(1)) }
}
