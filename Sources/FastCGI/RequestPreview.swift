internal import Glibc

/// Looks at a request that has begun to arrive on a connection, and leaves it there.
struct RequestPreview {
    /// How much of a request libfcgi may read.
    enum Readable {
        /// All of it: it is there, and well formed.
        case everything
        /// Its parameters: the body is more than is taken.
        case parameters
        case nothing
    }

    /// How long a web server may take for a request.
    private static let limit = Duration.seconds(30)

    /// The most bytes of a body that are taken.
    let bodyLimit: Int

    /// Waits until the request has come, to the end of its body, and tells what of it may be read. Nothing of one that
    /// ends before. `scratch` is to look at it in. The turn is handed on before it waits.
    func readable(at turn: Turn, _ scratch: UnsafeMutableRawBufferPointer) -> Readable {
        let descriptor = turn.connection
        // Where a web server has written the request at once, as they do, this is all.
        if let readable = look(at: descriptor, in: scratch) { return readable }
        turn.handOn()
        // Less than a UNIX socket holds (212,992 bytes, of the kernel's own count), so that it can come in whole.
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: RequestRecords.headLimit + bodyLimit + 16 * 1024, alignment: 8)
        defer { room.deallocate() }
        let deadline = ContinuousClock.now + Self.limit
        while true {
            let isLast = isAtItsEnd(descriptor) || .now >= deadline
            if let readable = look(at: descriptor, in: room, isAll: true) { return readable }
            if isLast { return .nothing }
            // There is something to read all the time, so nothing tells when more comes.
            usleep(1000)
        }
    }

    /// What may be read of what has come; nil while more has to come. `isAll` says that no request that is taken needs
    /// more room.
    private func look(
        at descriptor: Int32, in room: UnsafeMutableRawBufferPointer, isAll: Bool = false
    ) -> Readable? {
        let count = recv(descriptor, room.baseAddress, room.count, Int32(MSG_PEEK | MSG_DONTWAIT))
        guard count > 0 else { return count < 0 && errno == EAGAIN ? nil : .nothing }
        let records = RequestRecords(
            UnsafeRawBufferPointer(rebasing: room[..<count]), bodyLimit: bodyLimit)
        switch records.state {
        case .complete: return .everything
        case .bodyTooLarge: return .parameters
        case .malformed: return .nothing
        case .incomplete:
            guard isAll, count == room.count else { return nil }
            return records.hasParameters ? .parameters : .nothing
        }
    }

    /// Whether the peer sends nothing more.
    private func isAtItsEnd(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(PeerEvent.hasEnded), revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
