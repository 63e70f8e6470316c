import Foundation
import HTTPClient
import TestSupport

/// An answer with what tests ask of it, printed whole when an expectation fails.
struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
    let version: HTTPVersion

    init(_ response: HTTPResponse) {
        status = response.status
        headers = response.headers
        body = response.body
        version = response.version
    }

    subscript(header: String) -> String? { headers[header] }

    /// All values of a header.
    func values(of header: String) -> [String] { headers.values(of: header) }

    var text: String { String(decoding: body, as: UTF8.self) }
    var requestID: String { headers["X-Request-Id"] ?? "" }

    func json() throws -> JSONValue { try JSONValue(Data(body)) }

    /// The parameters that a problem names.
    var faultyParameters: [String] {
        ((try? json()["errors"].elements) ?? []).compactMap { $0["parameter"].string }
    }

    var description: String {
        let fields = headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        return "\(status)\n\(fields)\n\(text.prefix(1000))"
    }
}
