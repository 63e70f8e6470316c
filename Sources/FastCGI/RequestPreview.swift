internal import Glibc

/// Looks at a request that has begun to arrive on a connection, and leaves it there.
enum RequestPreview {
    /// How long a web server may take for a request's parameters.
    private static let limit = Duration.seconds(30)

    /// Waits until the parameters have come, and tells whether they are well formed. One that ends before is not.
    /// `scratch` is to look at them in.
    static func isWellFormed(on descriptor: Int32, _ scratch: UnsafeMutableRawBufferPointer) -> Bool {
        // Where a web server has written the request at once, as they do, this is all.
        let first = state(on: descriptor, in: scratch)
        guard first == .incomplete else { return first == .complete }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: RequestHead.byteLimit, alignment: 8)
        defer { room.deallocate() }
        let deadline = ContinuousClock.now + limit
        while true {
            let state = state(on: descriptor, in: room)
            guard state == .incomplete, .now < deadline, !isAtItsEnd(descriptor) else {
                return state == .complete
            }
            // There is something to read all the time, so nothing tells when more comes.
            usleep(1000)
        }
    }

    private static func state(
        on descriptor: Int32, in room: UnsafeMutableRawBufferPointer
    ) -> RequestHead.State {
        let count = recv(
            descriptor, room.baseAddress, room.count, Int32(MSG_PEEK | MSG_DONTWAIT))
        guard count > 0 else { return .malformed }
        let state = RequestHead(UnsafeRawBufferPointer(rebasing: room[..<count])).state
        return state == .incomplete && count == RequestHead.byteLimit ? .malformed : state
    }

    /// Whether the peer sends nothing more.
    private static func isAtItsEnd(_ descriptor: Int32) -> Bool {
        // POLLRDHUP, which glibc shows to GNU sources only.
        var entry = pollfd(fd: descriptor, events: 0x2000, revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
