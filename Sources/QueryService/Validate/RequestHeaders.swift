/// What a client sends and takes.
enum MediaType {
    /// Whether a Content-Type says application/json in UTF-8 (RFC 9110 section 8.3).
    static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        let parts = contentType.split(separator: ";").map { trimmed($0).lowercased() }
        guard parts.first == "application/json" else { return false }
        return parts.dropFirst().allSatisfy { parameter in
            !parameter.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains(parameter)
        }
    }

    /// Whether a Content-Encoding says that the body is as it is (RFC 9110 section 8.4). `identity` is no coding to send,
    /// but says nothing else.
    static func isIdentity(_ contentEncoding: String?) -> Bool {
        guard let contentEncoding else { return true }
        return contentEncoding.split(separator: ",").allSatisfy { coding in
            ["", "identity"].contains(trimmed(coding).lowercased())
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}

/// What a client's Cache-Control asks of the cache (RFC 9111 section 5.2.1).
enum CacheControl {
    /// Whether the client wants an answer from the store: `no-cache`, or `max-age=0`, which browsers send on
    /// reload.
    static func demandsFreshAnswer(_ header: String?) -> Bool {
        guard let header else { return false }
        return HeaderList.contains(header) { directive in
            let directive = directive.lazy.filter { !HeaderList.isBlank($0) }
            return HeaderList.isWord(directive, "no-cache") || HeaderList.isWord(directive, "no-store")
                || HeaderList.isWord(directive, "max-age=0")
        }
    }
}
