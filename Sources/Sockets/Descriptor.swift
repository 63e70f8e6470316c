internal import Glibc

/// Owns a socket that does not wait, and waits for it within deadlines.
final class Descriptor {
    let number: Int32
    let peer: Peer

    /// Connects to the first of the peer's addresses that takes it.
    init(_ peer: Peer, _ kind: __socket_type, deadline: ContinuousClock.Instant) throws(SocketError) {
        self.peer = peer
        var wish = addrinfo()
        wish.ai_socktype = Int32(kind.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(peer.host, String(peer.port), &wish, &found)
        guard status == 0 else { throw SocketError(peer, String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(found) }
        var failure = SocketError(peer, "has no address")
        var next = found
        while let address = next {
            do throws(SocketError) {
                number = try Self.connected(address.pointee, peer, deadline)
                return
            } catch {
                failure = error
            }
            next = address.pointee.ai_next
        }
        throw failure
    }

    deinit { close(number) }

    private static func connected(
        _ address: addrinfo, _ peer: Peer, _ deadline: ContinuousClock.Instant
    ) throws(SocketError) -> Int32 {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(address.ai_family, address.ai_socktype | flags, address.ai_protocol)
        guard number >= 0 else { throw .system(peer) }
        do throws(SocketError) {
            guard connect(number, address.ai_addr, address.ai_addrlen) != 0 else { return number }
            guard errno == EINPROGRESS else { throw SocketError.system(peer) }
            guard try wait(number, for: POLLOUT, peer, deadline) else {
                throw SocketError(peer, "does not take the connection")
            }
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size)
            guard code == 0 else { throw SocketError.system(peer, code) }
            return number
        } catch {
            close(number)
            throw error
        }
    }

    /// Waits until it can be read or written.
    ///
    /// - Returns: whether it can before the deadline.
    func wait(for events: Int32, _ deadline: ContinuousClock.Instant) throws(SocketError) -> Bool {
        try Self.wait(number, for: events, peer, deadline)
    }

    /// Whether the peer has ended its side. What it says before is passed over.
    func hasEnded() throws(SocketError) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(number, &bytes, bytes.count, 0)
            if count == 0 { return true }
            guard count < 0 else { continue }
            if errno == EAGAIN { return false }
            guard errno == EINTR else { throw .system(peer) }
        }
    }

    /// Waits until both ends of a TCP connection have been confirmed, after ours was sent.
    ///
    /// The peer's end alone says nothing: one that closes in the same moment as we end has sent it before it got our last bytes, and
    /// its system answers those with a reset, as it does where something is left unread. A connection is over without a reset
    /// only where the peer's system has taken our end, and its program had read everything when it closed.
    func awaitEnd(_ deadline: ContinuousClock.Instant) throws(SocketError) {
        while try !hasEnded() || state != Self.isOver {
            guard deadline > .now else {
                throw SocketError(peer, "does not confirm the end of the connection")
            }
            // Nothing wakes who waits for this; it takes as long as a packet there and back.
            poll(nil, 0, 1)
        }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw .system(peer, code) }
    }

    /// `TCP_CLOSE` of Linux: what a socket shows when it waits for nothing more, also while the system keeps its address for a minute.
    private static let isOver: UInt8 = 7

    /// The state of a TCP socket, the first member of `tcp_info` (tcp(7)).
    private var state: UInt8 {
        var information = [UInt8](repeating: 0, count: 256)
        var size = socklen_t(information.count)
        let status = getsockopt(number, Int32(IPPROTO_TCP), TCP_INFO, &information, &size)
        return status == 0 && size > 0 ? information[0] : Self.isOver
    }

    private static func wait(
        _ number: Int32, for events: Int32, _ peer: Peer, _ deadline: ContinuousClock.Instant
    ) throws(SocketError) -> Bool {
        while true {
            let left = deadline - .now
            guard left > .zero else { return false }
            // In whole milliseconds, and one more, so that it is not asked again and again before the deadline.
            let milliseconds = min(left / .milliseconds(1), 3_600_000)
            var entry = pollfd(fd: number, events: Int16(events), revents: 0)
            let count = poll(&entry, 1, Int32(milliseconds) + 1)
            if count > 0 { return true }
            guard count == 0 || errno == EINTR else { throw .system(peer) }
        }
    }
}
