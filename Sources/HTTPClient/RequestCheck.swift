/// What would make a request mean something else than it says, or let a value add fields of its own.
enum RequestCheck {
    /// The most bytes of a request's line and headers. Over TLS, libcurl 7.88 sends only as much of a head as
    /// its upload buffer holds and then waits for ever, so a larger one is refused rather than left to hang.
    static let maximumHeadBytes = 16 * 1024

    /// Fields that follow from the body and the connection, and are the client's to write.
    private static let ownedByClient = ["content-length", "transfer-encoding", "connection", "expect"]

    /// What is wrong with the request, nil if nothing. Never repeats a value.
    static func fault(in request: HTTPRequest, target: RequestTarget) -> String? {
        guard isToken(request.method) else { return "the method is not a token" }
        if request.method == "HEAD", !request.body.isEmpty { return "HEAD has no body" }
        for field in request.headers {
            guard isToken(field.name) else { return "a header's name is not a token" }
            guard isValue(field.value) else { return "the value of \(field.name) has control characters" }
            if ownedByClient.contains(field.name.lowercased()) {
                return "\(field.name) is the client's to write"
            }
        }
        // The line's method, spaces and version, and the fields that the client itself writes, need some room
        // too.
        let headBytes = request.headers.reduce(512 + request.url.utf8.count) {
            $0 + $1.name.utf8.count + $1.value.utf8.count + 4
        }
        guard headBytes <= maximumHeadBytes else {
            return "the URL and the headers are larger than \(maximumHeadBytes) bytes together"
        }
        if request.unixSocketPath?.utf8.contains(0) == true { return "a path has no NUL byte" }
        return nil
    }

    /// RFC 9110's `token`.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// What a field's value may be made of: no control characters but the tab.
    static func isValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == UInt8(ascii: "\t") || ($0 >= 0x20 && $0 != 0x7f) }
    }
}
