import FastCGI
import Foundation
import TestSupport
import Testing

@Suite struct StopTests {
    @Test func `a server with idle kept connections stops at once`() throws {
        // A busy machine makes one of them late. One that waits for its clients takes two seconds each time.
        let isSoon = try (0..<5).contains { _ in try stopWithIdleConnections() < .milliseconds(1500) }
        #expect(isSoon)
    }

    /// How long it takes.
    private func stopWithIdleConnections() throws -> Duration {
        let test = try TestServer.echo(threads: 4)
        let clients = try (0..<3).map { _ in try #require(FastCGIClient(path: test.path)) }
        for client in clients { #expect(client.ask(["X": "a"]).text == "a:") }
        // As nginx does, each closes its side when it sees the other's end; libfcgi waits two seconds for that.
        let closing = clients.map { client in Running { client.isClosed && client.shut() } }
        let start = ContinuousClock.now
        #expect(test.stop(within: .seconds(30)) == 0)
        let elapsed = ContinuousClock.now - start
        for end in closing { #expect(end.result() == true) }
        #expect(!FileManager.default.fileExists(atPath: test.path))
        #expect(FastCGIClient(path: test.path) == nil)
        return elapsed
    }

    @Test func `a request in flight is finished, its reply whole`() throws {
        let gate = Gate()
        let test = try TestServer(threads: 2) { _ in
            gate.pass()
            return TestServer.reply([UInt8](repeating: 0x61, count: 300_000))
        }
        try test.server.start()
        let path = test.path
        let asking = Running { FastCGIClient(path: path)?.ask() }
        #expect(gate.hasVisitor())
        let stopping = Running { test.stop(within: .seconds(30)) }
        // The socket is gone before the request is done.
        try eventually("the end of the socket") { !FileManager.default.fileExists(atPath: path) }
        #expect(test.server.inFlight == 1)
        gate.open()
        let reply = asking.result() ?? nil
        #expect(reply?.isComplete == true)
        #expect(reply?.body.count == 300_000)
        #expect(stopping.result() == 0)
    }

    @Test func `a thread whose reply is not read is writing until it is`() throws {
        let gate = Gate()
        let test = try TestServer(threads: 1) { _ in
            gate.pass()
            return TestServer.reply([UInt8](repeating: 0x61, count: 4 << 20))
        }
        try test.server.start()
        func phase() -> BusyThread.Phase? { test.server.threads[0]?.phase }
        #expect(phase() == nil)
        let client = try #require(FastCGIClient(path: test.path))
        let request = FastCGIClient.request([:], body: [])
        // A beginning alone, for as long as it takes to see it.
        client.send(Array(request.prefix(12)))
        try eventually("it reads") { phase() == .reading }
        client.send(Array(request.dropFirst(12)))
        #expect(gate.hasVisitor())
        #expect(phase() == .answering)
        gate.open()
        try eventually("it writes") { phase() == .writing }
        #expect(client.reply().body.count == 4 << 20)
        try eventually("it is free") { phase() == nil }
    }

    @Test func `a request that outlasts the limit is counted`() throws {
        let gate = Gate()
        let test = try TestServer(threads: 2) { _ in
            gate.pass()
            return TestServer.reply([])
        }
        try test.server.start()
        let path = test.path
        let asking = Running { FastCGIClient(path: path)?.ask() }
        #expect(gate.hasVisitor())
        // Time for all other threads to end.
        #expect(test.stop(within: .seconds(2)) == 1)
        gate.open()
        #expect((asking.result() ?? nil)?.isComplete == true)
    }

    @Test func `connections that wait in the backlog are served before the end`() throws {
        let gate = Gate()
        let test = try TestServer(threads: 1) { _ in
            gate.pass()
            return TestServer.reply([0x61])
        }
        try test.server.start()
        let path = test.path
        let first = Running { FastCGIClient(path: path)?.ask(keepAlive: false).text }
        #expect(gate.hasVisitor())
        // Connected and sent, while the only thread is busy.
        let waiting = try (0..<3).map { _ in try #require(FastCGIClient(path: path)) }
        for client in waiting { #expect(client.send(FastCGIClient.request([:], body: [], keepAlive: false))) }
        let replies = waiting.map { client in
            Running {
                let reply = client.reply().text
                return client.shut() ? reply : nil
            }
        }
        let stopping = Running { test.stop(within: .seconds(30)) }
        gate.open()
        #expect(first.result() == "a")
        for reply in replies { #expect(reply.result() == "a") }
        #expect(stopping.result() == 0)
    }
}
