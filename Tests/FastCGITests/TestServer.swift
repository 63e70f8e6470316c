import FastCGI
import Foundation
import Synchronization

/// A server on a socket of its own. Stopped with the value.
final class TestServer: Sendable {
    let folder: String
    let path: String
    let server: Server

    /// The most bytes of a body that is taken.
    static let bodyLimit = 64 * 1024

    init(
        threads: Int = 4, bodyLimit: Int = bodyLimit, patience: Duration = .seconds(30),
        waiting: Int = 1024, watch: @escaping @Sendable () -> Int64? = { nil },
        handling: @escaping Server.Handler
    ) throws {
        // Short, since a socket's path is.
        folder = "/tmp/aqf-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = "\(folder)/s"
        server = try Server(
            listener: ListeningSocket(path: path), threads: threads, bodyLimit: bodyLimit,
            patience: patience, waiting: waiting, watch: watch, handler: handling)
    }

    convenience init(
        threads: Int = 4, bodyLimit: Int = bodyLimit, patience: Duration = .seconds(30),
        handler: @escaping @Sendable (borrowing IncomingRequest) -> Reply
    ) throws {
        try self.init(threads: threads, bodyLimit: bodyLimit, patience: patience) { .reply(handler($0)) }
    }

    /// A server that answers with the parameter X and the body, and that is started.
    static func echo(threads: Int = 4) throws -> TestServer {
        let test = try TestServer(threads: threads) { request in
            let name = request.parameter("X") ?? "none"
            do throws(IncomingRequest.BodyError) {
                return reply(Array("\(name):".utf8) + (try request.body()))
            } catch {
                return reply(Array("\(name):\(error)".utf8))
            }
        }
        try test.server.start()
        return test
    }

    static func reply(_ body: [UInt8]) -> Reply {
        Reply(head: Array("Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n".utf8), body: body)
    }

    private let isStopped = Mutex(false)

    /// Stops the server, which can be done once.
    func stop(within limit: Duration) -> Int {
        let wasStopped = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return isStopped
        }
        return wasStopped ? 0 : server.stop(within: limit)
    }

    deinit {
        _ = stop(within: .seconds(30))
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// A handler's gate: it says who came, and holds them until it is opened.
final class Gate: Sendable {
    private let came = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    func pass() {
        came.signal()
        _ = opened.wait(timeout: .now() + 120)
        opened.signal()
    }

    /// Whether somebody has come, waiting for it if need be.
    func hasVisitor() -> Bool { came.wait(timeout: .now() + 60) == .success }

    func open() { opened.signal() }
}

/// A call on a thread of its own.
final class Running<Value: Sendable>: @unchecked Sendable {
    private let ended = DispatchSemaphore(value: 0)
    // Written once before `ended` is signalled, read after.
    private var value: Value?

    init(_ body: @escaping @Sendable () -> Value) {
        Thread.detachNewThread { [self] in
            value = body()
            ended.signal()
        }
    }

    /// Whether it has returned.
    var isOver: Bool {
        guard ended.wait(timeout: .now()) == .success else { return false }
        ended.signal()
        return true
    }

    func result() -> Value? {
        guard ended.wait(timeout: .now() + 60) == .success else { return nil }
        ended.signal()
        return value
    }
}
