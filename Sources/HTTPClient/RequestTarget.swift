import CCurl

/// A request's URL, taken apart by the parser that libcurl itself uses.
struct RequestTarget {
    let origin: Origin
    /// The URL without user information and query.
    let redactedURL: String
    /// What must not be in a message: user information and query.
    let secrets: [String]

    /// - Throws: libcurl's words for what is wrong, which do not repeat the URL.
    init(url: String, unixSocketPath: String? = nil) throws(InvalidURL) {
        guard !url.utf8.contains(0) else { throw InvalidURL(reason: "a URL has no NUL byte") }
        guard let parser = curl_url() else { throw InvalidURL(reason: "no memory") }
        defer { curl_url_cleanup(parser) }
        let status = curl_url_set(parser, CURLUPART_URL, url, UInt32(CURLU_PATH_AS_IS))
        guard status == CURLUE_OK else {
            throw InvalidURL(reason: String(cString: curl_url_strerror(status)))
        }
        func part(_ part: CURLUPart) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(parser, part, &value, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK else {
                return nil
            }
            defer { curl_free(value) }
            return value.map { String(cString: $0) }
        }
        let scheme = part(CURLUPART_SCHEME)?.lowercased() ?? ""
        guard ["http", "https"].contains(scheme) else {
            throw InvalidURL(reason: "only http and https are spoken")
        }
        origin = Origin(
            scheme: scheme, host: part(CURLUPART_HOST)?.lowercased() ?? "",
            port: part(CURLUPART_PORT) ?? "", unixSocketPath: unixSocketPath)
        redactedURL = "\(scheme)://\(origin.host):\(origin.port)\(part(CURLUPART_PATH) ?? "/")"
        let userInformation = [part(CURLUPART_USER), part(CURLUPART_PASSWORD)].compactMap { $0 }
        secrets = userInformation + [part(CURLUPART_QUERY)].compactMap { $0 }
    }

    /// A URL fit to be shown.
    static func redacted(_ url: String) -> String {
        (try? RequestTarget(url: url).redactedURL) ?? "(not a URL)"
    }
}

/// A URL that cannot be used.
struct InvalidURL: Error {
    let reason: String
}

/// Where connections can be used again: the same scheme, host and port, over the same unix socket if any.
struct Origin: Hashable, Sendable {
    let scheme: String
    let host: String
    let port: String
    let unixSocketPath: String?
}
