import Foundation
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

/// What takes long leaves one thread to what does not, and is answered when another one is free: each request once, on its own connection.
@Suite struct DelayTests {
    /// A server whose requests with X = "slow…" wait at the gate, and answer with their X.
    private func server(threads: Int, _ gate: Gate, byteCount: Int = 0) throws -> TestServer {
        let test = try TestServer(threads: threads) { request in
            let name = Array((request.parameter("X") ?? "").utf8)
            guard name.starts(with: "slow".utf8) else { return .reply(TestServer.reply(name)) }
            guard request.turn.mayTakeTime else {
                return .putOff(
                    PutOff(byteCount: byteCount) {
                        gate.pass()
                        return .reply(TestServer.reply(name))
                    } refuse: {
                        TestServer.reply(Array("no room".utf8))
                    })
            }
            request.turn.handOn()
            gate.pass()
            return .reply(TestServer.reply(name))
        }
        try test.server.start()
        return test
    }

    private func client(of test: TestServer) throws -> FastCGIClient {
        try #require(FastCGIClient(path: test.path))
    }

    /// Clients whose requests are at the gate, or wait for a thread.
    private func slow(_ count: Int, at test: TestServer, _ gate: Gate, threads: Int) throws -> [FastCGIClient]
    {
        let clients = try (0..<count).map { _ in try client(of: test) }
        for (number, client) in clients.enumerated() {
            client.send(FastCGIClient.request(["X": "slow \(number)"], body: []))
            if number < threads - 1 { #expect(gate.hasVisitor()) }
        }
        try eventually("the others wait for a thread") {
            test.server.connections.delayed.count == count - min(count, threads - 1)
        }
        return clients
    }

    @Test(arguments: [2, 3, 8])
    func `whatever takes long, others are answered, and then it is`(_ threads: Int) throws {
        let gate = Gate()
        let test = try server(threads: threads, gate)
        // Whatever fails, nobody stays at it.
        defer { gate.open() }
        let clients = try slow(20, at: test, gate, threads: threads)
        let others = try (0..<3).map { _ in try client(of: test) }
        for turn in 0..<50 {
            for other in others { try #require(other.ask(["X": "\(turn)"]).text == "\(turn)") }
        }
        #expect(test.server.inFlight == 20)
        gate.open()
        for (number, client) in clients.enumerated() {
            try #require(client.reply().text == "slow \(number)")
            try #require(client.ask(["X": "next"]).text == "next")
            try #require(client.ask(["X": "slow again"]).text == "slow again")
        }
        try eventually("nobody waits") { test.server.inFlight == 0 }
        #expect(test.server.connections.openCount == 23)
    }

    @Test func `one thread alone answers what takes long, too`() throws {
        let gate = Gate()
        gate.open()
        let test = try server(threads: 1, gate)
        let client = try client(of: test)
        for turn in 0..<5 { try #require(client.ask(["X": "slow \(turn)"]).text == "slow \(turn)") }
    }

    @Test func `for whom there is no room is told so at once, and the others wait`() throws {
        let gate = Gate()
        let test = try server(threads: 2, gate, byteCount: 6 << 20)
        defer { gate.open() }
        let clients = try slow(3, at: test, gate, threads: 2)
        let refused = try client(of: test)
        #expect(refused.ask(["X": "slow too"]).text == "no room")
        #expect(refused.ask(["X": "hit"]).text == "hit")
        gate.open()
        for (number, client) in clients.enumerated() { try #require(client.reply().text == "slow \(number)") }
        #expect(refused.ask(["X": "slow now"]).text == "slow now")
    }

    @Test func `all that wait are answered at the stop`() throws {
        let gate = Gate()
        let test = try server(threads: 2, gate)
        defer { gate.open() }
        let clients = try slow(10, at: test, gate, threads: 2)
        let stopped = Running { test.stop(within: .seconds(30)) }
        gate.open()
        for (number, client) in clients.enumerated() {
            try #require(client.reply().text == "slow \(number)")
            #expect(client.isClosed)
        }
        #expect(stopped.result() == 0)
    }

    @Test func `who leaves while he waits leaves nothing behind`() throws {
        let gate = Gate()
        let test = try server(threads: 2, gate)
        defer { gate.open() }
        var clients = try slow(10, at: test, gate, threads: 2)
        clients.removeSubrange(3...)
        gate.open()
        for (number, client) in clients.enumerated() { try #require(client.reply().text == "slow \(number)") }
        try eventually("those that have left are closed") {
            test.server.connections.openCount == 3
        }
        #expect(test.server.inFlight == 0)
    }

    @Test func `a request that waits longer than any may shows that all others hang`() throws {
        let gate = Gate()
        let test = try server(threads: 2, gate)
        defer { gate.open() }
        #expect(test.server.isAlive(limit: .seconds(60)))
        let clients = try slow(2, at: test, gate, threads: 2)
        #expect(test.server.isAlive(limit: .seconds(60)))
        try eventually("it has waited") {
            (test.server.connections.delayed.longest ?? .zero) > .milliseconds(1)
        }
        #expect(!test.server.isAlive(limit: .milliseconds(1)))
        gate.open()
        for client in clients { #expect(client.reply().text.hasPrefix("slow")) }
        #expect(test.server.isAlive(limit: .milliseconds(1)))
    }
}
