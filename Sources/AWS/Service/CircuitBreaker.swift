/// Tells whether a region is worth asking. Opens after failures in a row; when it has been open for a while it
/// lets one request through, a probe, whose outcome closes it or opens it for twice as long.
///
/// A value without locks or clock: its owner keeps it in a Mutex and says what time it is.
struct CircuitBreaker {
    /// Failures in a row that open it.
    static let threshold = 5
    /// How long it is open, at first and at most.
    static let pauses = (first: Duration.seconds(1), longest: Duration.seconds(30))

    enum Admission {
        case open
        /// The one request that finds out whether the region is back.
        case probe
        case closed
    }

    private enum State {
        case closed(failures: Int)
        case open(until: ContinuousClock.Instant, pause: Duration)
        case probing(until: ContinuousClock.Instant, pause: Duration)
    }

    private var state = State.closed(failures: 0)

    var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// Whether a request would be let through now.
    func admits(_ now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .closed: true
        case .open(let until, _), .probing(let until, _): until <= now
        }
    }

    /// Whether a request may go now. A probe that nobody reports on is let through again after a pause.
    mutating func admit(_ now: ContinuousClock.Instant) -> Admission {
        switch state {
        case .closed: return .closed
        case .open(let until, let pause), .probing(let until, let pause):
            guard until <= now else { return .open }
            state = .probing(until: now + Self.pauses.longest, pause: pause)
            return .probe
        }
    }

    /// The region answered a request, if only by refusing it.
    ///
    /// - Returns: whether this closed it.
    mutating func answered() -> Bool {
        defer { state = .closed(failures: 0) }
        return !isClosed
    }

    /// The region failed a request. While a probe is out, only the probe's failure counts.
    ///
    /// - Returns: whether this opened it.
    mutating func failed(_ now: ContinuousClock.Instant, isProbe: Bool) -> Bool {
        switch state {
        case .closed(let failures) where failures + 1 < Self.threshold:
            state = .closed(failures: failures + 1)
            return false
        case .closed:
            state = .open(until: now + Self.pauses.first, pause: Self.pauses.first)
            return true
        case .probing(_, let pause) where isProbe:
            let longer = min(pause * 2, Self.pauses.longest)
            state = .open(until: now + longer, pause: longer)
            return false
        case .probing, .open: return false
        }
    }

    /// The probe ended without telling anything of the region: the next request may be one.
    mutating func withdrawProbe(_ now: ContinuousClock.Instant) {
        guard case .probing(_, let pause) = state else { return }
        state = .open(until: now, pause: pause)
    }
}

/// What the end of a request tells of the region that was asked.
enum RegionSign {
    /// It is there. Throttling and refusals show that too.
    case answered
    /// It does not work.
    case failed
    /// Nothing: the request ended on this side, or had hardly any time.
    case none
}
