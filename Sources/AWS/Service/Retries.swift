internal import Synchronization

/// How often and how soon a service's requests are sent again, as AWS's SDKs do it since 2026-11-10
/// (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html, and docs/decisions/0028).
struct RetryPolicy: Equatable {
    /// Requests in one region. A corrected clock and renewed credentials are worth one more each.
    let maximumAttempts: Int
    /// Seconds that the wait after a first transient failure is below.
    private let transientDelay: Double
    /// Seconds that the wait after a first request too many is below, whatever the service.
    private static let throttlingDelay = 1.0
    /// Seconds that no wait by chance is above.
    private static let longestDelay = 20.0
    /// Seconds that a service may add to a wait.
    private static let longestAddition = 5.0

    /// For DynamoDB and its streams, which answer within milliseconds.
    static let dynamoDB = RetryPolicy(maximumAttempts: 4, transientDelay: 0.025)
    /// For everything else, the metadata services among it.
    static let standard = RetryPolicy(maximumAttempts: 3, transientDelay: 0.05)

    /// The policy of a service by its signing name, which DynamoDB and its streams share.
    static func of(_ service: String) -> RetryPolicy { service == "dynamodb" ? dynamoDB : standard }

    /// The wait after a failure that came after so many retries: `share`, from 0 to 1 at random, of a time that
    /// doubles. Where the service says when to ask again, that holds, if it is later and at most 5 s later.
    func wait(afterRetries retries: Int, isThrottled: Bool, share: Double, asked: Double? = nil) -> Duration {
        let first = isThrottled ? Self.throttlingDelay : transientDelay
        // 2^10 times the shortest is past the limit already.
        let wait = share * min(first * Double(1 << min(retries, 10)), Self.longestDelay)
        guard let asked else { return .seconds(wait) }
        return .seconds(max(wait, min(asked, wait + Self.longestAddition)))
    }
}

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

/// Bounds how many retries one client makes in one region, so that a service that fails is not hit four times as
/// hard: AWS's standard mode (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). A region
/// that fails takes nothing of what another one may cost.
final class RetryQuota: Sendable {
    /// Tokens that a retry takes. One that the service asked for, by throttling, is cheaper.
    enum Cost: Int {
        case retry = 14
        case throttledRetry = 5
    }

    private static let capacity = 500
    private let tokens = Mutex(RetryQuota.capacity)

    /// Takes the tokens of a retry, if there are so many.
    func take(_ cost: Cost) -> Bool {
        tokens.withLock { tokens in
            guard tokens >= cost.rawValue else { return false }
            tokens -= cost.rawValue
            return true
        }
    }

    /// Gives back after a success: what its last retry took, or one token if it took none.
    func give(back cost: Cost?) {
        tokens.withLock { $0 = min(Self.capacity, $0 + (cost?.rawValue ?? 1)) }
    }
}
