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

    /// Whether one version is older than another.
    ///
    /// - Parameters:
    ///   - left: One version.
    ///   - right: Another version.
    /// - Returns: Whether `left` is the older one.
    package static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}
