internal import Glibc

/// Why a peer could not be reached, or a connection broke. Holds nothing of what was sent.
package struct SocketError: Error, CustomStringConvertible {
    /// The peer, and what is wrong, for a person to read.
    package let description: String

    init(_ peer: Peer, _ detail: String) {
        description = "\(peer): \(detail)"
    }

    /// Of a system call that has just failed: `errno` is read here, so nothing may run in between.
    static func system(_ peer: Peer) -> SocketError { system(peer, errno) }

    static func system(_ peer: Peer, _ code: Int32) -> SocketError {
        SocketError(peer, String(cString: strerror(code)))
    }
}

/// Where something is sent to.
package struct Peer: Equatable, Sendable, CustomStringConvertible {
    /// A name or an address, IPv6 without brackets.
    package let host: String
    /// 1 to 65535.
    package let port: UInt16

    /// A peer of its parts.
    package init(host: String, port: UInt16) {
        (self.host, self.port) = (host, port)
    }

    /// As it is written.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
