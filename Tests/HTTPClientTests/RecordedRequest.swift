import HTTPClient

/// A request as the scripted server read it.
struct RecordedRequest: Sendable {
    var line: String
    var headers: HTTPHeaders
    var body: [UInt8]
}
