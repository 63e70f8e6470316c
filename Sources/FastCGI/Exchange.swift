internal import CFastCGI
internal import Glibc

/// How one thread takes requests and answers them, one at a time. Its FCGX_Request is on the heap, since libfcgi's streams keep a
/// raw pointer to it.
///
/// libfcgi reads the requests of a connection; it does not accept, and it does not write. It was given no listening
/// socket, so where it would go on to accept (after a connection's end or a malformed record) it fails and the
/// thread gets control back. See docs/decisions/0002, and 0076 for what is written.
struct Exchange: ~Copyable {
    /// What became of a request's connection.
    enum Connection {
        /// Another request may come on it.
        case open
        /// It is to be closed.
        case over
        /// It is closed.
        case closed
        /// It is somebody else's: the room's, or of those whose requests wait for a thread.
        case taken
    }

    /// What became of a request.
    struct Outcome {
        let connection: Connection
        /// What is to be done with the reply now that it is sent.
        var afterwards: (@Sendable () -> Void)?
    }

    private let request: UnsafeMutablePointer<FCGX_Request>
    /// Room to look at bytes in: of the thread's own, because malloc tidies its heap for so large a piece.
    private let scratch: UnsafeMutableRawBufferPointer

    /// The most bytes of a reply that are sent before others are answered: copying more takes longer than a hit.
    private static let shortReply = 128 * 1024

    init() {
        request = .allocate(capacity: 1)
        FCGX_InitRequest(request, -1, 0)
        scratch = .allocate(byteCount: 8192, alignment: 8)
    }

    deinit {
        FCGX_Free(request, 1)
        request.deallocate()
        scratch.deallocate()
    }

    /// Reads the request whose turn it is, as much of it as may be read, and answers it. Afterwards its connection is open where the
    /// web server keeps it and all of the request was read. The turn is handed on before anything that may wait.
    // Not inlined: swiftc 6.3 ends with an assertion where it does that.
    @inline(never)
    func serve(
        _ turn: Turn, on thread: Int, _ preview: RequestPreview, patience: Duration, _ room: WaitingRoom,
        _ handler: (borrowing IncomingRequest) -> Handled
    ) -> Outcome {
        let readable = preview.readable(at: turn, scratch)
        guard readable != .nothing else { return Outcome(connection: .over) }
        let hasBody = readable == .everything
        // Of a body that is not read libfcgi reads some at the end, until the peer has seen the answer.
        if !hasBody { turn.handOn() }
        request.pointee.ipcFd = turn.connection
        defer { request.pointee.ipcFd = -1 }
        // FCGX_Accept_r finishes the request before first, and without this would close the connection with
        // it. The server's own wish comes with each request.
        request.pointee.keepConnection = 1
        guard FCGX_Accept_r(request) == 0 else { return Outcome(connection: .closed) }
        let handled = handler(
            IncomingRequest(
                request, thread: thread, bodyLimit: hasBody ? preview.bodyLimit : nil, turn: turn))
        // Before the answer, after which the next request may come: libfcgi would read its beginning too, and lose it.
        if hasBody { drainBody() }
        guard let reply = reply(handled, to: turn, mayWait: hasBody, room) else {
            FCGX_Free(request, 0)
            return Outcome(connection: .taken)
        }
        if reply.afterwards != nil || reply.body.count > Self.shortReply { turn.handOn() }
        let writer = ReplyWriter(
            descriptor: turn.connection, request: UInt16(truncatingIfNeeded: request.pointee.requestId),
            patience: patience, turn: turn)
        let isSent = withExtendedLifetime(reply) { writer.send(reply) }
        let isKept = isSent && hasBody && request.pointee.keepConnection != 0
        // It frees its streams without ending them: that is sent already.
        FCGX_Free(request, hasBody ? 0 : 1)
        return Outcome(
            connection: isKept ? .open : hasBody ? .over : .closed, afterwards: reply.afterwards)
    }

    /// The reply; nil where the request waits now, and its connection is somebody else's.
    private func reply(_ handled: Handled, to turn: Turn, mayWait: Bool, _ room: WaitingRoom) -> Reply? {
        let read = ReadRequest(
            connection: turn.connection, id: UInt16(truncatingIfNeeded: request.pointee.requestId),
            isKept: request.pointee.keepConnection != 0)
        switch handled {
        case .reply(let reply): return reply
        case .later(let later):
            // The room watches the connection itself, and to look once more takes time.
            turn.handOn()
            let guest = WaitingRoom.Guest(request: read, later: later)
            return mayWait && room.admit(guest) ? nil : later.end()
        case .putOff(let putOff):
            switch turn.delay(DelayedRequest(request: read, putOff: putOff)) {
            case .waits: return nil
            case .full: return putOff.refuse()
            case .none:
                turn.handOn()
                return reply(putOff.answer(), to: turn, mayWait: mayWait, room)
            }
        }
    }

    /// Reads what is left of a body that the handler did not want: it would be taken for the next request's. All of it
    /// has come.
    private func drainBody() {
        let room = Int32(scratch.count)
        let start = scratch.bindMemory(to: CChar.self).baseAddress
        while FCGX_GetStr(start, room, request.pointee.in) == room {}
    }
}
