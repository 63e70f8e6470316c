internal import Synchronization

/// Bounds how many retries a process makes in all, so that a service that fails is not hit three times as hard:
/// AWS's standard mode (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
final class RetryQuota: Sendable {
    /// Tokens that a retry takes.
    enum Cost: Int {
        case retry = 5
        case retryAfterTimeout = 10
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
