import Glibc
import Sockets
import TestSupport
import Testing

/// A stream is settled where the peer has read all of it, and nowhere else.
@Suite struct StreamTests {
    private func stream(to server: ScriptedServer) throws -> StreamConnection {
        try StreamConnection(
            to: Peer(host: "127.0.0.1", port: UInt16(server.port)), nil, deadline: .now + .seconds(5))
    }

    @Test func `a peer that reads to the end and closes has all`() throws {
        try withServer { connection in
            while connection.readRequest() != nil {}
        } _: { server in
            for _ in 0..<20 {
                let stream = try stream(to: server)
                try stream.send([UInt8](repeating: 0x61, count: 20_000), deadline: .now + .seconds(5))
                try stream.finish(deadline: .now + .seconds(5))
            }
        }
    }

    @Test func `one that closes with something unread has not`() throws {
        try withServer { connection in
            connection.waitForBytes()
        } _: { server in
            for count in [1, 100_000] {
                let stream = try stream(to: server)
                #expect(throws: SocketError.self) {
                    try stream.send([UInt8](repeating: 0x61, count: count), deadline: .now + .seconds(5))
                    try stream.finish(deadline: .now + .seconds(5))
                }
            }
        }
    }

    /// Whatever comes first: what was sent when it had closed already, it cannot have read.
    @Test func `one that closes at any moment has not, or has read all`() throws {
        try withServer { _ in
            // It closes at once.
        } _: { server in
            for _ in 0..<200 {
                guard let stream = try? stream(to: server) else { continue }
                #expect(throws: SocketError.self) {
                    try stream.send([0x61], deadline: .now + .seconds(5))
                    try stream.finish(deadline: .now + .seconds(5))
                }
            }
        }
    }

    /// What was sent to it lies in both systems then, and nobody reads it: its system says so when its program has gone.
    @Test func `one that ends its side, and goes with something unread, has not`() throws {
        try withServer { connection in
            connection.waitForBytes()
            // Whoever does not wait for its end by then sees it before, and has it no less.
            connection.waitForClose(milliseconds: 200)
            connection.endSending()
            connection.waitForClose(milliseconds: 200)
        } _: { server in
            let stream = try stream(to: server)
            // More than the peer's system holds, and less than ours.
            #expect(throws: SocketError.self) {
                try stream.send([UInt8](repeating: 0x61, count: 1 << 20), deadline: .now + .seconds(5))
                try stream.finish(deadline: .now + .seconds(5))
            }
        }
    }

    @Test func `one that never closes is not waited for without end`() throws {
        // The system takes the connection, and nobody else does.
        let (listener, port) = try TCPListener.open()
        defer { close(listener) }
        let peer = Peer(host: "127.0.0.1", port: UInt16(port))
        let stream = try StreamConnection(to: peer, nil, deadline: .now + .seconds(5))
        try stream.send([0x61], deadline: .now + .seconds(5))
        #expect(throws: SocketError.self) { try stream.finish(deadline: .now + .milliseconds(100)) }
    }
}
