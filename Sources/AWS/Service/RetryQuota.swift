internal import Synchronization

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
