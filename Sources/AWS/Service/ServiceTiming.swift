package import struct FoundationEssentials.Date
internal import Threads

/// Time and chance as a client meets them, replaceable in tests.
package struct ServiceTiming: Sendable {
    /// How long one attempt may take. DynamoDB answers in milliseconds; what takes seconds will not come.
    package var attempt: Duration
    /// The time of day, which signatures state.
    package var wall: @Sendable () -> Date
    /// The time that the pauses of a failed region are counted by. Deadlines are not: they pass for real.
    package var steady: @Sendable () -> ContinuousClock.Instant
    /// Waits on the calling thread, which is the request's own.
    package var wait: @Sendable (Duration) -> Void
    /// A number from 0 to 1 at random.
    package var share: @Sendable () -> Double

    /// The machine's clocks and chance.
    package init(
        attempt: Duration = .seconds(3), wall: @escaping @Sendable () -> Date = { Date() },
        steady: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        wait: @escaping @Sendable (Duration) -> Void = blockThread(for:),
        share: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.attempt = attempt
        self.wall = wall
        self.steady = steady
        self.wait = wait
        self.share = share
    }
}
