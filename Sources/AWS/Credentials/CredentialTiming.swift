internal import class Foundation.Thread
public import struct FoundationEssentials.Date

/// Time, chance and threads as credentials are kept with them, replaceable in tests.
public struct CredentialTiming: Sendable {
    /// The time of day, which expiry is stated in.
    public var wall: @Sendable () -> Date
    /// Time that never jumps, for pauses.
    public var steady: @Sendable () -> ContinuousClock.Instant
    /// A number from 0 to 1 at random.
    public var share: @Sendable () -> Double
    /// Runs what may block, away from the calling thread and from Swift's pool.
    public var start: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// How long callers wait for a renewal while what they have is still valid.
    public var patience: Duration

    /// The machine's clocks, chance, and a new thread for each start.
    public init(
        wall: @escaping @Sendable () -> Date = { Date() },
        steady: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        share: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        start: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = CredentialTiming.startThread,
        patience: Duration = .seconds(2)
    ) {
        self.wall = wall
        self.steady = steady
        self.share = share
        self.start = start
        self.patience = patience
    }

    /// Starts a detached thread.
    public static let startThread: @Sendable (@escaping @Sendable () -> Void) -> Void = {
        Thread.detachNewThread($0)
    }
}
