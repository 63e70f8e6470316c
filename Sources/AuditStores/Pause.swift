internal import Threads

/// Waits longer and longer for a store that does a part of what it is asked.
package struct Pause {
    private static let first = Duration.milliseconds(50)
    private static let longest = Duration.seconds(20)

    private let deadline: ContinuousClock.Instant
    private var next = Pause.first
    private let sleep: (Duration) -> Void

    /// Waits until a deadline at the latest. `sleep` is what it waits with.
    package init(
        until deadline: ContinuousClock.Instant, sleep: @escaping (Duration) -> Void = blockThread(for:)
    ) {
        self.deadline = deadline
        self.sleep = sleep
    }

    /// Begins again with short waits: the store did some of what it was asked.
    package mutating func restart() { next = Self.first }

    /// Waits on the calling thread; a random part of the time, so that many do not come back at once.
    ///
    /// - Throws: ``StoreError/Code/busy`` when the wait would pass the deadline.
    package mutating func wait(after reason: String) throws(StoreError) {
        let wait = next * Double.random(in: 0.5...1)
        guard .now + wait < deadline else { throw StoreError(.busy, "\(reason) until the deadline") }
        sleep(wait)
        next = min(next * 2, Self.longest)
    }
}
