/// What a client's Cache-Control asks of the cache (RFC 9111 section 5.2.1).
enum CacheControl {
    /// Whether the client wants an answer from the store: `no-cache`, or `max-age=0`, which browsers send on
    /// reload.
    static func demandsFreshAnswer(_ header: String?) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { directive in
            let directive = directive.lowercased().filter { $0 != " " && $0 != "\t" }
            return directive == "no-cache" || directive == "no-store" || directive == "max-age=0"
        }
    }
}
