/// Decides what follows a failed attempt in one region. A value without clock or chance: it is told both.
struct RetryPlan {
    enum Step: Equatable {
        /// Send it again after a while.
        case wait(Duration)
        /// Send it again at once, signed with the service's time, so many seconds ahead of this machine's.
        case correctClock(Double)
        /// Send it again at once, with other credentials.
        case renewCredentials
        case giveUp
    }

    let policy: RetryPolicy
    private(set) var attempts = 0
    /// What the last retry took of the quota.
    private(set) var lastCost: RetryQuota.Cost?
    private var hasCorrectedClock = false
    private var hasRenewedCredentials = false

    init(_ policy: RetryPolicy) {
        self.policy = policy
    }

    /// What to do after a failure, given a `share` from 0 to 1 at random, the time left for this region, and
    /// a way to take tokens of the quota, if there are any.
    mutating func next(
        after error: AWSError, share: Double, timeLeft: Duration, take: (RetryQuota.Cost) -> Bool
    ) -> Step {
        attempts += 1
        if error.kind == .skewedClock, let offset = error.clockOffset, !hasCorrectedClock {
            hasCorrectedClock = true
            return .correctClock(offset)
        }
        if error.kind == .expiredCredentials, !hasRenewedCredentials {
            hasRenewedCredentials = true
            return .renewCredentials
        }
        guard error.isRetryable, attempts < policy.maximumAttempts else { return .giveUp }
        let isThrottled = error.kind == .throttled
        let wait = policy.wait(
            afterRetries: attempts - 1, isThrottled: isThrottled, share: share, asked: error.retryAfter)
        let cost: RetryQuota.Cost = isThrottled ? .throttledRetry : .retry
        guard wait < timeLeft, take(cost) else { return .giveUp }
        lastCost = cost
        return .wait(wait)
    }
}
