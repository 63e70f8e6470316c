/// Where connections can be used again: the same scheme, host and port, over the same unix socket if any.
struct Origin: Hashable, Sendable {
    let scheme: String
    let host: String
    let port: String
    let unixSocketPath: String?
}
