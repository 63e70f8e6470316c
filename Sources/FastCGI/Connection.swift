internal import CFastCGI
internal import Glibc

/// One thread's FCGX_Request. On the heap, since libfcgi's streams keep a raw pointer to it.
///
/// libfcgi reads the requests of a connection; it does not accept, and it does not write. It was given no listening
/// socket, so where it would go on to accept (after a connection's end or a malformed record) it fails and the
/// thread gets control back. See docs/decisions/0002, and 0076 for what is written.
struct Connection: ~Copyable {
    private let request: UnsafeMutablePointer<FCGX_Request>
    /// Room to look at bytes in: of the thread's own, because malloc tidies its heap for so large a piece.
    let scratch: UnsafeMutableRawBufferPointer

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

    /// Whether another request may come on it.
    var isOpen: Bool { request.pointee.ipcFd >= 0 }

    /// Takes over a connected descriptor.
    mutating func open(_ descriptor: Int32) {
        request.pointee.ipcFd = descriptor
        // FCGX_Accept_r finishes the request before first, and without this would close the connection with
        // it. The server's own wish comes with each request.
        request.pointee.keepConnection = 1
    }

    /// Reads the next request, as much of it as may be read, and answers it. Afterwards the connection is closed unless
    /// the server keeps it and all of the request was read; or the room has it, where the request waits.
    mutating func serve(
        on thread: Int, _ readable: RequestPreview.Readable, bodyLimit: Int, patience: Duration,
        _ room: WaitingRoom, _ handler: (borrowing IncomingRequest) -> Handled
    ) {
        guard FCGX_Accept_r(request) == 0 else { return }
        let hasBody = readable == .everything
        let handled = handler(
            IncomingRequest(request, thread: thread, bodyLimit: hasBody ? bodyLimit : nil))
        // Before the answer, after which the next request may come: libfcgi would read its beginning too, and lose it.
        if hasBody { drainBody() }
        guard let reply = reply(handled, mayWait: hasBody, room) else { return }
        let writer = ReplyWriter(
            descriptor: request.pointee.ipcFd, request: UInt16(truncatingIfNeeded: request.pointee.requestId),
            patience: patience)
        let isSent = withExtendedLifetime(reply) { writer.send(reply) }
        let isKept = isSent && hasBody && request.pointee.keepConnection != 0
        // It frees its streams without ending them: that is sent already.
        FCGX_Free(request, isKept ? 0 : 1)
        reply.afterwards?()
    }

    /// The reply; nil where the connection waits for one now.
    private mutating func reply(_ handled: Handled, mayWait: Bool, _ room: WaitingRoom) -> Reply? {
        switch handled {
        case .reply(let reply): return reply
        case .later(let later):
            let guest = WaitingRoom.Guest(
                descriptor: request.pointee.ipcFd,
                request: UInt16(truncatingIfNeeded: request.pointee.requestId),
                isKept: request.pointee.keepConnection != 0, later: later)
            guard mayWait, room.admit(guest) else { return later.end() }
            // The descriptor is the room's, and may be closed or another's by now.
            request.pointee.ipcFd = -1
            FCGX_Free(request, 0)
            return nil
        }
    }

    mutating func close() {
        FCGX_Free(request, 1)
    }

    /// Reads what is left of a body that the handler did not want: it would be taken for the next request's. All of it
    /// has come.
    private func drainBody() {
        let room = Int32(scratch.count)
        let start = scratch.bindMemory(to: CChar.self).baseAddress
        while FCGX_GetStr(start, room, request.pointee.in) == room {}
    }
}
