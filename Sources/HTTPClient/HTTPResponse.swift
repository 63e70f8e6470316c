/// A complete answer. Printed or dumped, it shows neither header values nor the body, which may hold
/// credentials.
public struct HTTPResponse: Sendable {
    /// The status code. Every status is an answer, not an error: 4xx, 5xx and redirects come as they are.
    public var status: Int

    /// The final answer's header fields, without those of interim (1xx) answers and of trailers.
    public var headers: HTTPHeaders

    /// The body: as sent (without chunk framing), or decoded if the request asked for that.
    public var body: [UInt8]

    /// The version of HTTP that was spoken.
    public var version: HTTPVersion

    /// Whether a connection of an earlier request carried this one.
    public var reusedConnection: Bool
}

extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The version, the status, the headers' names and the body's size.
    public var description: String { "\(version.rawValue) \(status) \(headers) \(body.count) bytes" }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// Shows what `description` shows, so that a dump gives no secret away.
    public var customMirror: Mirror { Mirror(self, children: ["response": description]) }
}
