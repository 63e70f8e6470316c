/// Spreads work over time: so much a second at most, what is due at once never more than a quarter of a
/// second's worth. What a slow store left undone is not caught up with.
package struct Pacer {
    private let rate: Int
    private let now: () -> ContinuousClock.Instant
    private let wait: (Duration) -> Void
    private var due: ContinuousClock.Instant

    /// A pacer of so many a second, at least one. It waits on the calling thread.
    package init(rate: Int) {
        self.init(rate: rate, now: { .now }, wait: blockThread(for:))
    }

    init(rate: Int, now: @escaping () -> ContinuousClock.Instant, wait: @escaping (Duration) -> Void) {
        self.rate = max(1, rate)
        self.now = now
        self.wait = wait
        due = now()
    }

    /// The most to be done at once.
    package var share: Int { max(1, rate / 4) }

    /// Returns when so many more may be done.
    package mutating func pass(_ count: Int) {
        let early = due - now()
        if early > .zero { wait(early) }
        due = max(due, now()) + .seconds(Double(count) / Double(rate))
    }
}
