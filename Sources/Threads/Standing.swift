/// Where work behind the scenes stands beside requests, from what its threads have had of the processors.
///
/// It stands behind them, until it falls behind itself: a thread has waited for half of the time for long enough. Then it stands beside
/// them for some seconds, and tries it again. Values in, and values out: who asks has the clock and the kernel.
struct Standing {
    /// So long a thread may wait, beyond as long as it need not: with what passes until it is looked at, a third of the second that is
    /// promised from a record's commit to its delivery.
    static let patience = Duration.milliseconds(100)
    /// So long it stands beside requests before it tries again.
    static let term = Duration.seconds(5)

    private struct Thread {
        var time: ThreadTime
        /// How long it has been ready without a processor, as far as the kernel has not counted that yet.
        var pending = Duration.zero
        /// Waits beyond its share of time, in all.
        var owed = Duration.zero

        /// It as it is when it has had so much, so long later.
        func later(_ next: ThreadTime, after interval: Duration) -> Thread {
            let isKept = time.isReady && next.isReady && next.processor == time.processor
            let pending = isKept ? pending + interval : .zero
            let waited = max(.zero, next.waited + pending - (time.waited + self.pending))
            return Thread(time: next, pending: pending, owed: max(.zero, owed + waited - interval / 2))
        }
    }

    private var threads: [Int32: Thread] = [:]
    private var looked: ContinuousClock.Instant?
    private var besideSince: ContinuousClock.Instant?

    /// Whether it stands behind requests.
    var isBehind: Bool { besideSince == nil }

    /// Looks at all threads again. A thread that was not there before counts from now on.
    mutating func look(at times: [Int32: ThreadTime], now: ContinuousClock.Instant) {
        let interval = looked.map { now - $0 } ?? .zero
        looked = now
        threads = times.reduce(into: [:]) { next, found in
            next[found.key] =
                threads[found.key]?.later(found.value, after: interval) ?? Thread(time: found.value)
        }
        if let since = besideSince {
            guard now - since >= Self.term else { return }
            besideSince = nil
            for id in threads.keys { threads[id]?.owed = .zero }
        } else if threads.values.contains(where: { $0.owed >= Self.patience }) {
            besideSince = now
        }
    }
}
