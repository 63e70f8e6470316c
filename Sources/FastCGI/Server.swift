internal import CFastCGI
internal import Dispatch
internal import Glibc

/// Answers FastCGI requests on threads of its own: one takes a request from accept to reply. Nothing here
/// blocks Swift's cooperative pool, and the handler may block as long as its deadline allows.
package final class Server: Sendable {
    /// Answers one request. Called on many threads at once.
    package typealias Handler = @Sendable (borrowing IncomingRequest) -> Handled

    private let readiness: Readiness
    private let handler: Handler
    private let preview: RequestPreview
    private let threadCount: Int
    private let patience: Duration
    private let busy: [BusyMark]
    private let exits = DispatchSemaphore(value: 0)
    private let room: WaitingRoom
    private let listener: ListeningSocket

    /// A server that will answer on `threads` threads. A connection that nginx keeps alive holds one while
    /// idle, so there must be more of them than such connections.
    ///
    /// `bodyLimit` is the most bytes of a body that it takes, 64 KiB at most: a request has to fit into a UNIX socket
    /// with its parameters. The handler is told of a request with more, without the body.
    ///
    /// `patience` is for how long a peer may read nothing of its answer, or send nothing of a request that has begun.
    ///
    /// So many requests at most wait at a time, and hold no thread; who comes beyond is answered at once. `watch` tells what they
    /// wait for, and is called a few times a second while anybody does; nil where it cannot be told.
    package init(
        listener: consuming ListeningSocket, threads: Int, bodyLimit: Int, patience: Duration = .seconds(30),
        waiting: Int = 1024, watch: @escaping @Sendable () -> Int64? = { nil }, handler: @escaping Handler
    ) throws(FastCGIError) {
        let readiness = try Readiness(listener: listener)
        self.readiness = readiness
        room = try WaitingRoom(
            limit: waiting, patience: patience, watch: watch, giveBack: { readiness.giveBack($0) })
        self.listener = listener
        self.handler = handler
        preview = RequestPreview(bodyLimit: bodyLimit)
        threadCount = threads
        self.patience = patience
        busy = (0..<threads).map { _ in BusyMark() }
        signal(SIGPIPE, SIG_IGN)
        FCGX_Init()
    }

    /// Starts the threads and returns.
    package func start() throws(FastCGIError) {
        for index in busy.indices {
            try startThread { [self] in serve(index) }
        }
        try room.start { [exits] in _ = exits.signal() }
    }

    /// Stops accepting, lets requests in flight finish, and returns when all threads have ended or `limit`
    /// has passed.
    ///
    /// - Returns: the number of requests that were still being answered at the limit.
    package func stop(within limit: Duration) -> Int {
        // nginx turns to another worker from now on.
        listener.unlink()
        readiness.stop()
        room.stop()
        let deadline = DispatchTime.now() + .nanoseconds(Int(limit / .nanoseconds(1)))
        let count = threadCount + WaitingRoom.threadCount
        for ended in 0..<count where exits.wait(timeout: deadline) == .timedOut {
            return count - ended
        }
        return 0
    }

    /// Where it listens.
    package var path: String { listener.path }

    /// The number of requests that are being answered now. One that waits is none of them.
    package var inFlight: Int { busy.count { $0.thread != nil } + room.answering }

    /// The number of requests that wait.
    package var waiting: Int { room.count }

    /// What each thread does; nil for a free one.
    package var threads: [BusyThread?] { busy.map(\.thread) }

    /// Whether at least one thread is free, or has taken its request less than `limit` ago: false means that
    /// every thread hangs, and nothing but a restart helps.
    package func isAlive(limit: Duration) -> Bool {
        busy.contains { mark in mark.thread.map { $0.duration < limit } ?? true }
    }

    private func serve(_ index: Int) {
        let mark = busy[index]
        var connection = Connection()
        while let descriptor = readiness.nextConnection() {
            bound(descriptor)
            connection.open(descriptor)
            var isNew = true
            while connection.isOpen, readiness.hasRequest(on: descriptor, isNew: isNew) {
                mark.set()
                defer { mark.clear() }
                let readable = preview.readable(on: descriptor, connection.scratch)
                guard readable != .nothing else { break }
                connection.serve(on: index, readable, bodyLimit: preview.bodyLimit, patience: patience, room)
                {
                    request in
                    mark.enter(.answering)
                    defer { mark.enter(.writing) }
                    return handler(request)
                }
                isNew = false
            }
            connection.close()
        }
        exits.signal()
    }

    /// A peer that stops in the middle of a request or of reading its answer may not hold the thread for
    /// ever.
    private func bound(_ descriptor: Int32) {
        let (seconds, attoseconds) = patience.components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }
}
