/// A complete answer. Printed or dumped, it shows neither header values nor the body, which may hold
/// credentials.
package struct HTTPResponse: Sendable {
    /// The status code. Every status is an answer, not an error: 4xx, 5xx and redirects come as they are.
    package var status: Int
    /// The final answer's header fields, without those of interim (1xx) answers and of trailers.
    package var headers: HTTPHeaders
    /// The body: as sent (without chunk framing), or decoded if the request asked for that.
    package var body: [UInt8]
    /// The version of HTTP that was spoken.
    package var version: HTTPVersion
    /// Whether a connection of an earlier request carried this one.
    package var reusedConnection: Bool

    /// How long the server wants to be left alone: `Retry-After` in seconds, at least none. Nil where it does not say, or names a date.
    package var retryAfter: Duration? {
        headers["Retry-After"].flatMap { Int64($0) }.map { .seconds(max(0, $0)) }
    }
}

extension HTTPResponse: Redacted {
    /// The version, the status, the headers' names and the body's size.
    package var description: String { "\(version.rawValue) \(status) \(headers) \(body.count) bytes" }
}
