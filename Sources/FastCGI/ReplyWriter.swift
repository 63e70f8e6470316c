internal import Glibc

/// Writes a reply as FastCGI records (FastCGI 1.0, sections 3.3 and 5.5), all of them at once: with one system call, where the
/// peer reads as fast as it should. Nothing of the reply is copied but by the kernel.
struct ReplyWriter {
    /// Each record's content but the last's; a multiple of 8, as the specification advises.
    static let contentLimit = 65_528
    private static let headerSize = 8
    /// The empty record that ends the output, and END_REQUEST.
    private static let endSize = 2 * headerSize + 8
    /// How many pieces the kernel takes at once (IOV_MAX).
    private static let pieceLimit = 1024

    let descriptor: Int32
    /// The request's id, from its BEGIN_REQUEST.
    let request: UInt16
    /// How long a peer may take nothing: what the descriptor's SO_SNDTIMEO says.
    let patience: Duration
    /// Is handed on before it waits for the peer.
    var turn: Turn?

    /// Sends all of it.
    ///
    /// - Returns: false when the peer has gone or reads nothing for too long: it may have got a part, and no end.
    func send(_ reply: Reply) -> Bool {
        let records = (reply.head.count + reply.body.count + Self.contentLimit - 1) / Self.contentLimit
        return withUnsafeTemporaryAllocation(
            byteCount: records * Self.headerSize + Self.endSize, alignment: 8
        ) { frame in
            // Of each record its header, and a piece of the head, of the body, or of both; and the end.
            withUnsafeTemporaryAllocation(of: iovec.self, capacity: 3 * records + 1) { room in
                reply.head.withUnsafeBytes { head in
                    reply.body.withUnsafeBytes { body in
                        var pieces = Pieces(room)
                        cut([head, body], into: &pieces, frame)
                        return send(pieces.whole)
                    }
                }
            }
        }
    }

    /// Cuts what is to be sent into records whose headers are written to `frame`.
    private func cut(
        _ parts: [UnsafeRawBufferPointer], into pieces: inout Pieces, _ frame: UnsafeMutableRawBufferPointer
    ) {
        var left = parts.reduce(0) { $0 + $1.count }
        // What the record that is being cut still takes.
        var room = 0
        var header = 0
        for part in parts {
            var start = 0
            while start < part.count {
                if room == 0 {
                    room = min(left, Self.contentLimit)
                    write(.output, length: room, to: frame, at: header)
                    pieces.append(UnsafeRawBufferPointer(rebasing: frame[header..<header + Self.headerSize]))
                    header += Self.headerSize
                }
                let step = min(room, part.count - start)
                pieces.append(UnsafeRawBufferPointer(rebasing: part[start..<start + step]))
                start += step
                room -= step
                left -= step
            }
        }
        let end = header..<header + Self.endSize
        write(.output, length: 0, to: frame, at: header)
        write(.end, length: 8, to: frame, at: header + Self.headerSize)
        // Status 0, of a request that is complete.
        frame.storeBytes(of: 0, toByteOffset: header + 2 * Self.headerSize, as: UInt64.self)
        pieces.append(UnsafeRawBufferPointer(rebasing: frame[end]))
    }

    private enum Kind: UInt8 {
        // The types of records that a responder sends.
        case end = 3
        case output = 6
    }

    private func write(_ kind: Kind, length: Int, to frame: UnsafeMutableRawBufferPointer, at start: Int) {
        // Version 1, the type, the id in two bytes, the length in two, no padding, and a byte that means nothing.
        let header =
            1 << 56 | UInt64(kind.rawValue) << 48 | UInt64(request) << 32 | UInt64(UInt16(length)) << 16
        frame.storeBytes(of: header.bigEndian, toByteOffset: start, as: UInt64.self)
    }

    private func send(_ pieces: UnsafeMutableBufferPointer<iovec>) -> Bool {
        var first = 0
        var flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        while first < pieces.count {
            var message = msghdr()
            message.msg_iov = pieces.baseAddress.map { $0 + first }
            message.msg_iovlen = min(pieces.count - first, Self.pieceLimit)
            let start = ContinuousClock.now
            var sent = sendmsg(descriptor, &message, flags)
            if sent < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN, flags & Int32(MSG_DONTWAIT) != 0 else { return false }
                sent = 0
            }
            while first < pieces.count, sent >= pieces[first].iov_len {
                sent -= pieces[first].iov_len
                first += 1
            }
            guard first < pieces.count else { return true }
            // The kernel takes a part when the peer's time is over, or when a signal came.
            guard .now - start < patience else { return false }
            pieces[first].iov_base += sent
            pieces[first].iov_len -= sent
            // From now on it waits for the peer.
            turn?.handOn()
            flags = Int32(MSG_NOSIGNAL)
        }
        return true
    }

    /// What is sent, in its order.
    private struct Pieces {
        private let room: UnsafeMutableBufferPointer<iovec>
        private var count = 0

        init(_ room: UnsafeMutableBufferPointer<iovec>) { self.room = room }

        mutating func append(_ bytes: UnsafeRawBufferPointer) {
            room.initializeElement(
                at: count,
                to: iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count))
            count += 1
        }

        var whole: UnsafeMutableBufferPointer<iovec> { UnsafeMutableBufferPointer(rebasing: room[..<count]) }
    }
}
