internal import class Foundation.Thread
internal import struct FoundationEssentials.Date

/// Time, chance and threads as credentials are kept with them, replaceable in tests.
package struct CredentialTiming: Sendable {
    /// The time of day, which expiry is stated in, and how STS is called.
    package var service: ServiceTiming
    /// Time that never jumps, for pauses.
    package var steady: @Sendable () -> ContinuousClock.Instant
    /// Runs what may block, away from the calling thread and from Swift's pool.
    package var start: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// How long callers wait for a renewal while what they have is still valid.
    package var patience: Duration

    /// The machine's clocks, chance, and a new thread for each start.
    package init(
        service: ServiceTiming = ServiceTiming(),
        steady: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        start: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = CredentialTiming.startThread,
        patience: Duration = .seconds(2)
    ) {
        self.service = service
        self.steady = steady
        self.start = start
        self.patience = patience
    }

    /// Starts a detached thread.
    package static let startThread: @Sendable (@escaping @Sendable () -> Void) -> Void = {
        Thread.detachNewThread($0)
    }

    func wall() -> Date { service.wall() }
}
