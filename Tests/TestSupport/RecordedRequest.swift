public import HTTPClient

/// A request as the scripted server read it.
public struct RecordedRequest: Sendable {
    /// The request line.
    public let line: String
    /// The header fields.
    public let headers: HTTPHeaders
    /// The body.
    public let body: [UInt8]
}
