package import HTTPClient

/// One call of a service's operation, before it is signed and sent.
package struct ServiceRequest: Sendable {
    /// The operation as AWS names it, for errors and logs.
    package let operation: String
    /// Content-Type and what else the service's protocol needs.
    package let headers: HTTPHeaders
    /// The body.
    package let body: [UInt8]
    /// DynamoDB's table that it is about, for traces.
    package var table: String?
    /// Whether the operation answers with anything. One that does not may answer with an empty body.
    var hasOutput = true
    /// Asked before the answer's body is kept: see `HTTPRequest`.
    package var admitBody: (@Sendable (_ byteCount: Int) -> Bool)?

    /// Whether the answer must be a JSON object.
    var isJSON: Bool { headers["Content-Type"]?.hasPrefix("application/x-amz-json") == true }

    /// A call in AWS's JSON protocol (smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html), of version 1.0
    /// or 1.1. The target is the service's name and version, such as `DynamoDB_20120810`; the body is a JSON
    /// object.
    package static func json(
        target: String, _ operation: String, version: String = "1.0", body: [UInt8], table: String? = nil
    ) -> ServiceRequest {
        ServiceRequest(
            operation: operation,
            headers: [
                "Content-Type": "application/x-amz-json-\(version)", "X-Amz-Target": "\(target).\(operation)",
            ], body: body, table: table)
    }
}

/// What a service answered.
package struct ServiceAnswer: Sendable {
    /// The body, decompressed, its checksum compared.
    package let body: [UInt8]
    /// The region that answered.
    package let region: String
    /// How many requests it took, in all regions.
    package let attempts: Int
    /// Whether it stated a checksum, which then was that of its bytes.
    package let hasChecksum: Bool
}
