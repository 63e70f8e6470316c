/// When each stage of an exchange was over, counted from its start, in steps of a microsecond.
///
/// The values never fall from one to the next. On a reused connection the first three are about zero.
/// Source: libcurl's `CURLINFO_*_TIME_T`.
public struct HTTPTiming: Sendable, Hashable {
    /// The name was looked up.
    public var nameLookup: Duration

    /// The TCP connection stood.
    public var connect: Duration

    /// The TLS handshake was over; the same as `connect` without TLS.
    public var tls: Duration

    /// The first byte of the answer had come.
    public var firstByte: Duration

    /// The answer was complete.
    public var total: Duration
}
