// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import AWS
import Glibc
import HTTPClient
import TestSupport
import Testing

/// Services that would keep a client waiting for ever.
@Suite struct HangTests {
    private static let attempt = Duration.milliseconds(300)

    static let hangs: [(name: String, reply: Reply)] = [
        ("no answer", .hang()), ("half the head", .hang(after: Reply.halfHead)),
        ("half the body", .hang(after: Reply.halfBody)), ("drip", .drip),
        ("interim answers", .hang(after: "HTTP/1.1 100 Continue\r\n\r\n")),
    ]

    @Test(arguments: hangs.indices)
    func `each attempt ends at its limit`(index: Int) throws {
        let hang = Self.hangs[index]
        let service = try FaultyService(then: hang.reply)
        try withServices([service], attempt: Self.attempt) { caller in
            try expectTimeouts(caller)
            #expect(eventually { service.requests.count == 4 }, "\(hang.name)")
            #expect(caller.http.idleHandles == 0)
        }
    }

    @Test func `a hang, then an answer`() throws {
        let service = try FaultyService([.hang(after: Reply.halfBody)])
        try withServices([service], attempt: .seconds(2)) { caller in
            let end = caller.call()
            #expect(end.body == Array("{}".utf8) && end.attempts == 2, "\(end)")
            #expect(service.requests.count == 2)
        }
    }

    @Test func `nobody takes the connection`() throws {
        let (listener, port) = try TCPListener.open(backlog: 0)
        // More than the backlog holds: the kernel drops what comes after.
        let fillers = (0..<4).map { _ in TCPListener.startConnecting(to: port) }
        defer { for descriptor in fillers + [listener] { close(descriptor) } }
        try expectTimeouts(caller("http://127.0.0.1:\(port)/"))
    }

    @Test func `the kernel takes the connection and the service never does, with TLS and without`() throws {
        let (listener, port) = try TCPListener.open()
        defer { close(listener) }
        try expectTimeouts(caller("http://127.0.0.1:\(port)/"))
        try expectTimeouts(caller("https://127.0.0.1:\(port)/"))
    }

    @Test(arguments: ["", "\u{16}\u{3}\u{3}"])
    func `the TLS handshake is not answered, or half`(answer: String) throws {
        try withServer { connection in
            connection.waitForBytes()
            connection.send(answer)
            connection.waitForClose()
        } _: { server in
            try expectTimeouts(caller("https://127.0.0.1:\(server.port)/"))
            #expect(eventually { server.connections == 4 })
            #expect(eventually { server.openConnections == 0 })
        }
    }

    @Test func `the TLS handshake is answered by something else, or a reset`() throws {
        try withServer { connection in
            connection.waitForBytes()
            if connection.number > 4 {
                connection.resetAtEnd()
            } else {
                connection.send("hello, no TLS here")
            }
        } _: { server in
            let caller = try caller("https://127.0.0.1:\(server.port)/", attempt: .seconds(20))
            for _ in 0..<2 {
                let end = caller.call()
                #expect(end.kind == .connection && end.attempts == 4, "\(end)")
            }
            #expect(server.connections == 8)
        }
    }

    @Test func `the caller's deadline in the middle of an attempt`() throws {
        let service = try FaultyService(then: .hang())
        try withServices([service]) { caller in
            let start = ContinuousClock.now
            let end = caller.call(within: .milliseconds(500))
            let elapsed = ContinuousClock.now - start
            #expect(end.kind == .deadline && end.attempts == 1, "\(end)")
            #expect(elapsed >= .milliseconds(490) && elapsed < .seconds(10))
            #expect(eventually { service.requests.count == 1 })
            #expect(caller.time.waits.isEmpty)
        }
    }

    @Test func `the caller's deadline before the next attempt would start`() throws {
        let service = try FaultyService(then: .error("SlowDown"))
        try withServices([service], share: 1) { caller in
            // One second of waiting, then two.
            let end = caller.call(within: .milliseconds(900))
            #expect(end.kind == .throttled && end.attempts == 1)
            #expect(service.requests.count == 1 && caller.time.waits.isEmpty)
        }
    }

    @Test func `a deadline that has passed`() throws {
        let service = try FaultyService()
        try withServices([service]) { caller in
            let end = caller.call(within: .seconds(-1))
            #expect(end.kind == .deadline && end.attempts == 0)
            #expect(service.requests.isEmpty)
        }
    }

    private func caller(_ url: String, attempt: Duration = attempt) throws -> Caller {
        Caller(endpoints: [try #require(Endpoint(region: "eu-west-1", url: url))], attempt: attempt)
    }

    private func expectTimeouts(_ caller: Caller, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let start = ContinuousClock.now
        let end = caller.call()
        let elapsed = ContinuousClock.now - start
        #expect(end.kind == .timeout && end.attempts == 4, "\(end)", sourceLocation: sourceLocation)
        // Curl counts whole milliseconds.
        #expect(elapsed > Self.attempt * 4 - .milliseconds(8), sourceLocation: sourceLocation)
        #expect(elapsed < .seconds(60), sourceLocation: sourceLocation)
        #expect(caller.time.waits == Caller.transientWaits, sourceLocation: sourceLocation)
    }
}
