package import HTTPClient

/// A request as the scripted server read it.
package struct RecordedRequest: Sendable {
    /// The request line.
    package let line: String
    /// The header fields.
    package let headers: HTTPHeaders
    /// The body.
    package let body: [UInt8]
}
