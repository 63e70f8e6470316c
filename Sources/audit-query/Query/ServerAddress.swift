import Foundation

/// Where a server is: its scheme, host and port, and the path in front of its routes if it has one.
struct ServerAddress: Equatable, CustomStringConvertible {
    /// Without a slash at its end.
    let url: String

    /// Reads a URL. One over which a key would go in the clear is refused, unless it leads to this host.
    init(_ text: String) throws(ServerError) {
        func fault(_ detail: String) -> ServerError {
            ServerError("--url \(text.printable) \(detail)", .usage)
        }
        guard let parts = URLComponents(string: text, encodingInvalidCharacters: false),
            let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme)
        else { throw fault("is not a URL such as https://audit.example.com") }
        guard parts.user == nil, parts.password == nil else {
            throw ServerError("--url may have no user and password: the key belongs into --key-file", .usage)
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw fault("has a query: give what you ask for by the other options")
        }
        guard scheme == "https" || Self.isLoopback(host) else {
            throw fault("would send the key unencrypted: use https")
        }
        var url = text
        while url.last == "/" { url.removeLast() }
        self.url = url
    }

    var description: String { url.printable }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]"
            || host.wholeMatch(of: /127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/) != nil
    }
}
