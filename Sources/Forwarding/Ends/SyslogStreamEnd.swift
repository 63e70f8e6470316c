internal import JSONBytes
internal import Sockets

/// Syslog over TLS (RFC 5425) or TCP (RFC 6587), each message behind the number of its bytes.
///
/// Syslog has no acknowledgement: what the peer's system has taken is lost when its syslog daemon ends before it has read it. So
/// a connection is ended after some seconds, and what was sent over it is settled when the peer has ended its side, for it does
/// that when it has read all. Whatever was sent over a connection that broke is sent again.
final class SyslogStreamEnd: FarEnd {
    private static let patience = Duration.seconds(20)
    /// Sent at once: what is built for one write.
    private static let pieceSize = 256 << 10

    private let peer: Peer
    private let security: TLSSettings?
    private let longest: Int
    private let message: SyslogMessage
    private var connection: StreamConnection?
    let settleInterval = Duration.seconds(5)
    let keepsWhatWasSent = false
    let needsEqualBatches = false

    /// A peer.
    ///
    /// - Parameters:
    ///   - peer: where it listens.
    ///   - security: how it is known; nil for TCP.
    ///   - longest: the most bytes of a message. A longer one is refused, for receivers cut what is too long for them.
    ///   - host: this host's name, as messages have it.
    init(_ peer: Peer, _ security: TLSSettings?, longest: Int, host: String) {
        (self.peer, self.security, self.longest) = (peer, security, longest)
        message = SyslogMessage(host: host)
    }

    /// As it is given.
    var name: String { "\(security == nil ? "syslog+tcp" : "syslog+tls")://\(peer)" }

    /// Whether nothing is on a connection that is open.
    var isSettled: Bool { connection == nil }

    func send(_ batch: borrowing ForwardedBatch, _ range: Range<Int>) throws(FarEndError) {
        var (piece, frame) = ([UInt8](), [UInt8]())
        for index in range {
            frame.removeAll(keepingCapacity: true)
            message.append(batch, index, to: &frame)
            guard frame.count <= longest else {
                try send(piece)
                throw .refused(
                    .one(index, reason: "is a message of \(frame.count) bytes, of \(longest) at most"))
            }
            piece.append(decimal: frame.count)
            piece.append(UInt8(ascii: " "))
            piece += frame
            if piece.count >= Self.pieceSize {
                try send(piece)
                piece.removeAll(keepingCapacity: true)
            }
        }
        try send(piece)
    }

    func settle() throws(FarEndError) {
        guard let connection else { return }
        // Whatever comes of it, it is of no more use.
        self.connection = nil
        do throws(SocketError) {
            try connection.finish(deadline: .now + Self.patience)
        } catch {
            throw .unavailable("\(error)")
        }
    }

    private func send(_ piece: [UInt8]) throws(FarEndError) {
        guard !piece.isEmpty else { return }
        do throws(SocketError) {
            let deadline = ContinuousClock.now + Self.patience
            try opened(deadline).send(piece, deadline: deadline)
        } catch {
            connection = nil
            throw .unavailable("\(error)")
        }
    }

    private func opened(_ deadline: ContinuousClock.Instant) throws(SocketError) -> StreamConnection {
        if let connection { return connection }
        let opened = try StreamConnection(to: peer, security, deadline: deadline)
        connection = opened
        return opened
    }
}
