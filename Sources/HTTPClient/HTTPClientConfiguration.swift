extension HTTPClient {
    /// What all requests of a client have in common. Printed or dumped, it does not show the proxy's
    /// user information.
    package struct Configuration: Sendable {
        /// A PEM file of the only roots to trust; nil for the system's. Each handle parses it: one with
        /// all public roots costs 16 ms and 860 KB a connection, where the system's cost 0.8 and 67.
        package var caFile: String?
        /// The oldest and the newest TLS version to offer. Versions below 1.2 also lower OpenSSL's
        /// security level, without which it would refuse before the server could: for tests only.
        package var tlsVersions: ClosedRange<TLSVersion> = .tls1_2 ... .tls1_3
        /// `http1_1`, or `http2`, which is asked for in the TLS handshake and falls back to 1.1.
        package var httpVersion: HTTPVersion = .http1_1
        /// The URL of an `http` proxy; nil for none, whatever the environment says.
        package var proxy: String?
        /// How long name lookup, connect and TLS may take together, within each request's deadline;
        /// nil leaves the deadline alone.
        package var connectTimeout: Duration?
        /// The largest body in bytes, counted as given to the caller (decoded, if it is decoded).
        package var maximumBodyBytes = 16 * 1024 * 1024
        /// The most bytes of status lines, header fields and trailers, interim answers included.
        package var maximumHeaderBytes = 64 * 1024
        /// How many handles, each with its live connection, wait for the next request at most. Each
        /// takes some 70 KB with TLS, 20 KB without.
        package var maximumIdleHandles = 64
        /// How long a connection may have been idle and still be used. Servers close idle ones too
        /// (AWS after some 60 seconds or more).
        package var maximumIdleTime: Duration = .seconds(50)
        /// How long an address once looked up serves new connections. Short, since AWS takes endpoints
        /// out of service through DNS; not zero, since a burst of new connections would exceed the
        /// 1024 packets a second that a VPC's resolver answers.
        package var dnsCacheTime: Duration = .seconds(10)

        /// Makes a configuration of the defaults.
        package init() {}
    }
}

extension HTTPClient.Configuration: Redacted {
    /// Versions, roots, proxy (redacted) and bounds.
    package var description: String {
        """
        \(httpVersion.rawValue), \(tlsVersions), roots \(caFile ?? "of the system"), \
        proxy \(proxy.map(RequestTarget.redacted) ?? "none"), \
        body ≤ \(maximumBodyBytes), header ≤ \(maximumHeaderBytes), idle ≤ \(maximumIdleHandles)
        """
    }
}

/// A version of HTTP.
package enum HTTPVersion: String, Sendable, Hashable {
    /// HTTP/1.0, only ever the server's choice.
    case http1_0 = "HTTP/1.0"
    /// HTTP/1.1.
    case http1_1 = "HTTP/1.1"
    /// HTTP/2.
    case http2 = "HTTP/2"
}

/// A version of TLS.
package enum TLSVersion: Int, Sendable, Hashable, Comparable {
    /// TLS 1.0, for tests that show it is refused.
    case tls1_0
    /// TLS 1.1, for tests that show it is refused.
    case tls1_1
    /// TLS 1.2.
    case tls1_2
    /// TLS 1.3.
    case tls1_3

    /// Whether `left` is the older one.
    package static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}
