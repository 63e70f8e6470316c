package import HTTPClient

/// One request to a server of a test's, and its answer.
package enum Exchange {
    private static let http = HTTPClient()

    package static func post(_ url: String, _ target: String, _ body: String) throws -> (
        status: Int, body: String
    ) {
        let request = HTTPRequest(
            method: "POST", url: url,
            headers: ["X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"],
            body: Array(body.utf8), deadline: .now + .seconds(60))
        let answer = try http.perform(request)
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }
}

extension HTTPHeaders {
    /// All values of a name, in order.
    package func values(of name: String) -> [String] {
        filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}
