internal import Synchronization

/// Since when one thread has been answering its request. Written by that thread, read by the watchdog.
final class BusyMark: Sendable {
    private let start = ContinuousClock.now
    /// Nanoseconds after `start`, or 0 when the thread is free.
    private let since = Atomic<Int64>(0)

    func set() {
        since.store(max(1, nanoseconds), ordering: .relaxed)
    }

    func clear() {
        since.store(0, ordering: .relaxed)
    }

    /// How long the thread has been answering; nil when it is free.
    var duration: Duration? {
        let since = since.load(ordering: .relaxed)
        return since == 0 ? nil : .nanoseconds(nanoseconds - since)
    }

    private var nanoseconds: Int64 { Int64((ContinuousClock.now - start) / .nanoseconds(1)) }
}
