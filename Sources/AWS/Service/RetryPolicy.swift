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
