internal import Foundation
internal import Glibc
internal import Synchronization
internal import Testing

/// A server that does on each connection, in a thread of its own, what a test's script says: answer,
/// hang, drip, break off.
package final class ScriptedServer: Sendable {
    /// What a server does on one connection.
    package typealias Script = @Sendable (ServerConnection) -> Void

    private struct State {
        var accepted = 0
        var open: Set<Int32> = []
        var requests: [RecordedRequest] = []
        var isStopping = false
    }

    private let listener: Int32
    private let state = Mutex(State())
    private let threads = DispatchGroup()
    /// The TCP port on 127.0.0.1, 0 for a unix socket.
    package let port: Int

    private let keepsRequests: Bool

    /// Listens on a free port of 127.0.0.1, or on a unix socket, and runs the script for whoever connects. Keeps
    /// the requests that it reads, unless it is told not to.
    package init(unixSocketPath: String? = nil, keepsRequests: Bool = true, script: @escaping Script) throws {
        self.keepsRequests = keepsRequests
        (listener, port) = try Self.listen(unixSocketPath: unixSocketPath)
        run { server in
            while true {
                let descriptor = accept(server.listener, nil, nil)
                guard descriptor >= 0 else { return }
                // A process that another test starts must not keep the connection open.
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                // What is sent in pieces does not wait for the client to confirm each.
                var on: Int32 = 1
                setsockopt(
                    descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
                server.serve(descriptor, script)
            }
        }
    }

    /// How many connections were accepted.
    package var connections: Int { state.withLock { $0.accepted } }

    /// How many connections are open now, as far as the server has noticed.
    package var openConnections: Int { state.withLock { $0.open.count } }

    /// The requests read so far, in order.
    package var requests: [RecordedRequest] { state.withLock { $0.requests } }

    /// A URL on this server.
    package func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Ends every connection, waits for the threads and closes the listener. To be called once.
    package func stop() {
        // shutdown wakes what waits in accept, recv and poll.
        shutdown(listener, Int32(SHUT_RDWR))
        state.withLock { state in
            state.isStopping = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        threads.wait()
        close(listener)
    }

    private func serve(_ descriptor: Int32, _ script: @escaping Script) {
        let number: Int? = state.withLock { state in
            guard !state.isStopping else { return nil }
            state.accepted += 1
            state.open.insert(descriptor)
            return state.accepted
        }
        guard let number else {
            close(descriptor)
            return
        }
        run { server in
            let connection = ServerConnection(descriptor: descriptor, number: number) { request in
                guard server.keepsRequests else { return }
                server.state.withLock { $0.requests.append(request) }
            }
            script(connection)
            server.state.withLock { state in
                state.open.remove(descriptor)
                close(descriptor)
            }
        }
    }

    private func run(_ body: @escaping @Sendable (ScriptedServer) -> Void) {
        threads.enter()
        Thread.detachNewThread { [self] in
            body(self)
            threads.leave()
        }
    }

    private static func listen(unixSocketPath: String?) throws -> (descriptor: Int32, port: Int) {
        guard let unixSocketPath else { return try TCPListener.open() }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: unixSocketPath.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && Glibc.listen(descriptor, 64) == 0)
        return (descriptor, 0)
    }
}

/// Runs a test's body beside a server, which is stopped afterwards.
package func withServer<Value>(
    unixSocketPath: String? = nil,
    script: @escaping ScriptedServer.Script,
    _ body: (ScriptedServer) throws -> Value
) throws -> Value {
    let server = try ScriptedServer(unixSocketPath: unixSocketPath, script: script)
    defer { server.stop() }
    return try body(server)
}
