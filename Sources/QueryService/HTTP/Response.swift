internal import JSONBytes

/// What a client is answered.
package struct Response: Sendable {
    /// The HTTP status.
    package var status: Int
    /// The headers, in order.
    package var headers: HeaderBlock
    /// The body; empty for HEAD and 304.
    package var body: [UInt8]
    /// What the bytes of a large body have reserved, to be kept until they are sent.
    package var reservation: (any AnyObject & Sendable)?
    /// What is to be done once it is sent, or nobody takes it any more: by the thread that sent it. It blocks on nothing.
    package var afterwards: (@Sendable () -> Void)?

    /// The first header of this name, if there is one.
    package func header(_ name: String) -> String? {
        headers.lines.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The reason phrases of the statuses that the service uses (RFC 9110 section 15): without one, nginx
    /// would send a status line that strict clients refuse.
    private static let reasons = [
        200: "OK", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
        404: "Not Found",
        405: "Method Not Allowed", 406: "Not Acceptable", 410: "Gone", 413: "Content Too Large",
        415: "Unsupported Media Type",
        500: "Internal Server Error", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]

    /// The header block of a CGI answer (RFC 3875 section 6), which FastCGI takes over.
    package var head: [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(headers.bytes.count + 64)
        head.append(ascii: "Status: ")
        head.append(decimal: status)
        head.append(ascii: " ")
        head.append(contentsOf: (Self.reasons[status] ?? "Other").utf8)
        head.append(ascii: "\r\n")
        head.append(contentsOf: headers.bytes)
        head.append(ascii: "\r\n")
        return head
    }
}

/// A header of an answer.
package struct Header: Hashable, Sendable {
    /// The name.
    package let name: String
    /// The value.
    package let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
