internal import Glibc

/// A UDP socket with one peer. Of one thread.
package final class DatagramSocket {
    private let descriptor: Descriptor

    /// Looks the peer up. Nothing is sent.
    package init(to peer: Peer) throws(SocketError) {
        descriptor = try Descriptor(peer, SOCK_DGRAM, deadline: .now + .seconds(10))
    }

    /// Sends one datagram.
    ///
    /// - Returns: false where it is longer than a datagram to this peer can be.
    /// - Throws: that it could not be sent, or that the peer's host has said of one before that nobody takes it.
    package func send(
        _ bytes: ArraySlice<UInt8>, deadline: ContinuousClock.Instant
    ) throws(SocketError) -> Bool {
        while true {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(descriptor.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return true }
            switch errno {
            case EMSGSIZE: return false
            case EINTR: continue
            case EAGAIN, ENOBUFS:
                guard try descriptor.wait(for: POLLOUT, deadline) else {
                    throw SocketError(descriptor.peer, "takes nothing any more")
                }
            default: throw .system(descriptor.peer)
            }
        }
    }
}
