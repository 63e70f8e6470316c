internal import Glibc

/// A connection over which bytes go one way: TCP, with TLS or without. Of one thread.
///
/// TCP does not tell whether the peer's program has read what the peer's system has taken. This asks it in the one way that
/// needs no word of the protocol above: ``finish(deadline:)`` ends our side, and who reads to the end closes the other one.
package final class StreamConnection {
    private let descriptor: Descriptor
    private let session: TLSSession?

    /// Connects.
    ///
    /// - Parameters:
    ///   - peer: where to.
    ///   - security: how the peer is known; nil for TCP in the clear.
    ///   - deadline: when all of it must be done. Looking up a name may take longer.
    /// - Throws: why not.
    package init(
        to peer: Peer, _ security: TLSSettings?, deadline: ContinuousClock.Instant
    ) throws(SocketError) {
        // OpenSSL writes without MSG_NOSIGNAL.
        _ = Self.ignoresBrokenPipes
        let socket = try Descriptor(peer, SOCK_STREAM, deadline: deadline)
        descriptor = socket
        session = try security.map { settings throws(SocketError) in
            let session = try TLSSession(socket, settings)
            try session.shakeHands(deadline)
            return session
        }
    }

    private static let ignoresBrokenPipes = signal(SIGPIPE, SIG_IGN)

    /// Sends all of these bytes: they are the system's when this returns.
    ///
    /// - Throws: that the peer has closed, that the connection broke, or that not all was taken before the deadline: how much
    ///   of it has gone is not known then, and the connection is of no more use.
    package func send(
        _ bytes: borrowing [UInt8], deadline: ContinuousClock.Instant
    ) throws(SocketError) {
        guard try isOpen() else { throw SocketError(descriptor.peer, "has closed the connection") }
        var sent = 0
        while sent < bytes.count {
            switch try step(bytes, from: sent) {
            case .done(let count): sent += count
            case .waits(let events):
                guard try descriptor.wait(for: events, deadline) else {
                    throw SocketError(descriptor.peer, "takes nothing any more")
                }
            }
        }
    }

    /// Ends our side, and waits until the peer has read all that was sent and has closed its own.
    ///
    /// - Throws: that it has not before the deadline, that it closed before we ended, or that the connection broke: whatever was
    ///   sent may be lost then.
    package func finish(deadline: ContinuousClock.Instant) throws(SocketError) {
        guard try isOpen() else {
            throw SocketError(descriptor.peer, "has closed the connection before its end")
        }
        try session?.end(deadline)
        guard shutdown(descriptor.number, Int32(SHUT_WR)) == 0 else { throw .system(descriptor.peer) }
        while try isOpen() {
            guard try descriptor.wait(for: POLLIN, deadline) else {
                throw SocketError(
                    descriptor.peer,
                    "does not close a connection that has ended, so nothing tells whether it has read all")
            }
        }
        try descriptor.awaitEnd(deadline)
    }

    /// Whether the peer has not closed yet, as far as is known here. What it says is passed over.
    private func isOpen() throws(SocketError) -> Bool {
        if let session { return try session.isOpen() }
        return try !descriptor.hasEnded()
    }

    private func step(_ bytes: borrowing [UInt8], from start: Int) throws(SocketError) -> SendStep {
        if let session { return try session.write(bytes, from: start) }
        let count = bytes.withUnsafeBytes { bytes in
            Glibc.send(
                descriptor.number, bytes.baseAddress.map { $0 + start }, bytes.count - start,
                Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return .done(count) }
        guard errno == EAGAIN || errno == EINTR else { throw .system(descriptor.peer) }
        return .waits(POLLOUT)
    }
}

/// What one call has sent.
enum SendStep {
    case done(Int)
    /// Nothing, until the socket can be read or written.
    case waits(Int32)
}
