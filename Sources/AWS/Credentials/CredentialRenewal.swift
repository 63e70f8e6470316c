internal import Dispatch

/// One renewal that is under way, and those who wait for its end.
final class CredentialRenewal: Sendable {
    let start: ContinuousClock.Instant
    private let ended = DispatchSemaphore(value: 0)

    init(start: ContinuousClock.Instant) {
        self.start = start
    }

    func end() { ended.signal() }

    /// Whether it ended within so much time.
    func wait(_ limit: Duration) -> Bool {
        let nanoseconds = Int(clamping: Int64(max(0, limit / .nanoseconds(1))))
        guard ended.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success else { return false }
        // Each waiter lets the next one through.
        ended.signal()
        return true
    }
}
