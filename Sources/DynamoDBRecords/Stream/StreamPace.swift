internal import FoundationEssentials
internal import Threads

/// How often a process asks for a shard, and the clocks that it goes by. DynamoDB takes five GetRecords a second of a shard, of a
/// thousand records or 1 MB each, from all who read it together.
package struct StreamPace: Sendable {
    /// Between two looks at the end of a shard.
    package var interval = Duration.seconds(1)
    /// Requests that may come at once where there is much to read.
    package var burst = 5.0
    /// Those that follow, in a second.
    package var rate = 4.0
    /// After so many empty answers in a row there is nothing more, as far as can be told: DynamoDB gives some in between, too.
    package var emptyAnswers = 3
    /// The steady clock.
    package var now: @Sendable () -> ContinuousClock.Instant = { .now }
    /// The time of day, in seconds since 1970.
    package var wall: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    /// Waits on the calling thread.
    package var wait: @Sendable (Duration) -> Void = blockThread(for:)

    /// What DynamoDB bears.
    package init() {}
}

/// How often a shard may be asked for, by one process: a bucket of tokens, and a pause that doubles while DynamoDB says that it is
/// too often.
struct ShardPace {
    private static let pauses = (first: Duration.seconds(1), longest: Duration.seconds(8))

    private let pace: StreamPace
    private var tokens: Double
    private var filled: ContinuousClock.Instant
    private var pause = Duration.zero
    private var blocked: ContinuousClock.Instant

    init(_ pace: StreamPace) {
        self.pace = pace
        tokens = pace.burst
        (filled, blocked) = (pace.now(), pace.now())
    }

    /// Takes leave to ask now; or says when to come again.
    mutating func take() -> ContinuousClock.Instant? {
        let now = pace.now()
        tokens = min(pace.burst, tokens + pace.rate * ((now - filled) / .seconds(1)))
        filled = now
        if now < blocked { return blocked }
        guard tokens >= 1 else { return now + .seconds((1 - tokens) / pace.rate) }
        tokens -= 1
        return nil
    }

    /// DynamoDB says that it was too often.
    mutating func slowDown() {
        pause = min(max(pause * 2, Self.pauses.first), Self.pauses.longest)
        blocked = pace.now() + pause
    }

    /// It answered.
    mutating func goOn() { pause = pause > Self.pauses.first ? pause / 2 : .zero }

    /// When to look at the end again.
    var nextLook: ContinuousClock.Instant { pace.now() + max(pace.interval, pause) }
}
