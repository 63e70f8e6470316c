internal import HTTPClient

/// Asks a service that serves credentials to this machine or container, and again a little later when it is asked
/// too much or fails: as AWS's SDKs do, which take 429 for throttling since 2026-11-10.
struct MetadataService {
    let http: HTTPClient
    let timing: ServiceTiming
    /// How long each request may take.
    let limit: Duration

    /// The last answer. A service that does not answer is not asked again: most machines have none.
    func perform(
        _ request: HTTPRequest, deadline: ContinuousClock.Instant
    ) throws(HTTPClientError) -> HTTPResponse {
        var request = request
        var retries = 0
        while true {
            request.deadline = min(deadline, .now + limit)
            let response = try http.perform(request)
            guard let wait = wait(after: response, retries), wait < deadline - .now else { return response }
            timing.wait(wait)
            retries += 1
        }
    }

    /// How long to wait before it is asked again; nil when the answer counts.
    private func wait(after response: HTTPResponse, _ retries: Int) -> Duration? {
        let isThrottled = response.status == 429
        guard isThrottled || [500, 502, 503, 504].contains(response.status),
            retries + 1 < RetryPolicy.standard.maximumAttempts
        else { return nil }
        return RetryPolicy.standard.wait(
            afterRetries: retries, isThrottled: isThrottled, share: timing.share(),
            asked: response.retryAfter)
    }
}
