internal import CFastCGI
internal import Dispatch
internal import Glibc

/// Answers FastCGI requests on threads of its own: one looks out for requests and answers what it can at once, the others answer what
/// takes longer, each from its request to its reply. Nothing here blocks Swift's cooperative pool, and the handler may block as long as
/// its deadline allows, once it has handed its turn on.
package final class Server: Sendable {
    /// Answers one request. Called on many threads at once.
    package typealias Handler = @Sendable (borrowing IncomingRequest) -> Handled

    let connections: Connections
    private let handler: Handler
    private let preview: RequestPreview
    private let threadCount: Int
    private let patience: Duration
    private let busy: [BusyMark]
    private let exits = DispatchSemaphore(value: 0)
    private let room: WaitingRoom
    private let listener: ListeningSocket

    /// A server that will answer on `threads` threads. Of requests that take long all but one of them answer as many, and others wait for
    /// that; the last one goes on with those that do not. A connection without a request holds none.
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
        let connections = try Connections(listener: listener, threads: threads, patience: patience)
        self.connections = connections
        room = try WaitingRoom(limit: waiting, patience: patience, watch: watch, connections)
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
        connections.stop()
        room.stop()
        let deadline = DispatchTime.now() + .nanoseconds(Int(limit / .nanoseconds(1)))
        for _ in 0..<threadCount + WaitingRoom.threadCount {
            while exits.wait(timeout: min(deadline, .now() + .milliseconds(250))) == .timedOut {
                guard .now() < deadline else { return inFlight }
                relieve()
            }
        }
        return 0
    }

    /// Where it listens.
    package var path: String { listener.path }

    /// The number of requests that are being answered now. One that waits is none of them.
    package var inFlight: Int {
        busy.count { $0.thread != nil } + room.answering + connections.delayed.count
    }

    /// The number of requests that wait.
    package var waiting: Int { room.count }

    /// What each thread does; nil for a free one.
    package var threads: [BusyThread?] { busy.map(\.thread) }

    /// Lets another thread look out for requests, where the one that does has been at the same request since the call before: it has not
    /// handed its turn on, or hangs. To be called once a second, or so.
    package func relieve() { connections.relieve() }

    /// Whether at least one thread is free, or has taken its request less than `limit` ago, and no request waits longer for one: false
    /// means that every thread hangs but the one that looks out, and nothing but a restart helps.
    package func isAlive(limit: Duration) -> Bool {
        (connections.delayed.longest.map { $0 < limit } ?? true)
            && busy.contains { mark in mark.thread.map { $0.duration < limit } ?? true }
    }

    private func serve(_ index: Int) {
        let mark = busy[index]
        let exchange = Exchange()
        while true {
            while let delayed = connections.nextDelayed() { answer(delayed, mark) }
            guard connections.lookout.keep() else { break }
            connections.beginLookingOut()
            while let turn = connections.next() {
                mark.set()
                let outcome = exchange.serve(turn, on: index, preview, patience: patience, room) { request in
                    mark.enter(.answering)
                    defer { mark.enter(.writing) }
                    return handler(request)
                }
                let looksOut = connections.end(turn, outcome.connection)
                if let afterwards = outcome.afterwards { connections.niceness.whileRaised(afterwards) }
                mark.clear()
                guard looksOut else { break }
            }
        }
        exits.signal()
    }

    /// Answers a request that another thread has read, and lets the one that looks out go first.
    private func answer(_ delayed: DelayedRequest, _ mark: BusyMark) {
        mark.set()
        mark.enter(.answering)
        connections.niceness.raise()
        let handled = delayed.putOff.answer()
        connections.niceness.lower()
        mark.enter(.writing)
        room.settle(handled, delayed.request)
        mark.clear()
    }
}
