/// One request. Printed or dumped, it shows neither header values, the body, nor the URL's user
/// information and query.
package struct HTTPRequest: Sendable {
    /// The method, such as `GET`, sent as written.
    package var method: String
    /// An absolute `http` or `https` URL. Its path is sent as written (dot segments stay).
    package var url: String
    /// Fields to send beside those that the client adds (`Host`, `Content-Length`, `Accept: */*`).
    /// `Content-Length`, `Transfer-Encoding` and `Connection` may not be among them.
    package var headers: HTTPHeaders
    /// The body. An empty one is sent as `Content-Length: 0` with `POST`, `PUT` and `PATCH`, and not
    /// at all with other methods. `HEAD` has none.
    package var body: [UInt8]
    /// When the whole exchange must be over: name lookup, connect, TLS, send and receive.
    package var deadline: ContinuousClock.Instant
    /// The path of a unix socket to connect to instead of the URL's host and port.
    package var unixSocketPath: String?
    /// Whether to ask for gzip and decode it. Off, the answer's body is given as it was sent, which a
    /// checksum of the sent bytes needs; `Accept-Encoding` may then be set among the headers.
    package var decodesGzip: Bool
    /// Asked before an answer's body of more than 32 KiB is kept, with the bytes that it may have: those that were
    /// announced, or else the client's limit. It may wait, within the deadline; `false` ends the request as one whose answer is
    /// too large. On the request's thread, once for each attempt to send it.
    package var admitBody: (@Sendable (_ byteCount: Int) -> Bool)?

    /// A request of its parts.
    package init(
        method: String = "GET", url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        deadline: ContinuousClock.Instant, unixSocketPath: String? = nil, decodesGzip: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadline = deadline
        self.unixSocketPath = unixSocketPath
        self.decodesGzip = decodesGzip
    }
}

extension HTTPRequest {
    /// Whether there is a body, if only an empty one.
    var sendsBody: Bool { !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method) }
}

extension HTTPRequest: Redacted {
    /// The method, the redacted URL, the headers' names and the body's size.
    package var description: String {
        "\(method) \(RequestTarget.redacted(url)) \(headers) \(body.count) bytes"
    }
}
