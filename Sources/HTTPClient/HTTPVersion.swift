/// A version of HTTP.
package enum HTTPVersion: String, Sendable, Hashable {
    /// HTTP/1.0, only ever the server's choice.
    case http1_0 = "HTTP/1.0"
    /// HTTP/1.1.
    case http1_1 = "HTTP/1.1"
    /// HTTP/2.
    case http2 = "HTTP/2"
}
