import HTTPClient
import Testing

extension ContinuousClock.Instant {
    /// Far enough for anything that is to succeed, on any machine.
    static var soon: Self { .now + .seconds(60) }
}

/// Sends a request that is to fail.
///
/// - Returns: The error, and how long it took to come.
func failure(
    of request: HTTPRequest,
    client: HTTPClient = HTTPClient(),
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> (error: HTTPClientError, elapsed: Duration) {
    var caught: HTTPClientError?
    let elapsed = ContinuousClock().measure {
        do throws(HTTPClientError) { _ = try client.perform(request) } catch { caught = error }
    }
    return (try #require(caught, sourceLocation: sourceLocation), elapsed)
}
