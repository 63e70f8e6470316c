import Foundation
import Glibc
import HTTPClient
import TestSupport
import Testing

@Suite struct HTTPLeakTests {
    /// How many descriptors of the kinds that exchanges use are open: not the files and pipes over which
    /// the testing library talks to the process that started this one.
    private static func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
            .filter { $0.hasPrefix("socket:") || $0.hasPrefix("anon_inode:") }
            .count
    }

    /// Of each connection that the client keeps to the server: whether it closes when another program starts. The
    /// server's ends are not asked: one that it has just accepted is told so a moment later.
    private static func clientConnectionsCloseOnExec(_ server: ScriptedServer) throws -> [Bool] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
            .filter { descriptor in
                var peer = sockaddr_in()
                var size = socklen_t(MemoryLayout<sockaddr_in>.size)
                let isConnected = withUnsafeMutablePointer(to: &peer) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        getpeername(descriptor, $0, &size) == 0
                    }
                }
                return isConnected && peer.sin_family == AF_INET
                    && Int(UInt16(bigEndian: peer.sin_port)) == server.port
            }
            .map { fcntl($0, F_GETFD) & FD_CLOEXEC != 0 }
    }

    /// Every way an exchange can end, some succeeding.
    private static func exchangeOfEveryKind(_ client: HTTPClient, _ server: ScriptedServer) throws {
        for path in ["/ok", "/ok", "/close", "/reset", "/truncate", "/large", "/hang", "/redirect"] {
            let patience: Duration = path == "/hang" ? .milliseconds(20) : .seconds(20)
            let request = HTTPRequest(url: server.url(path), deadline: .now + patience)
            let response = try? client.perform(request)
            try #require((response != nil) == ["/ok", "/redirect"].contains(path))
        }
        // No TLS here, nobody there, no address.
        for url in ["https://127.0.0.1:\(server.port)/hang", "http://127.0.0.1:1/", "http://[::1]:1/"] {
            let request = HTTPRequest(url: url, deadline: .now + .milliseconds(50))
            try #require((try? client.perform(request)) == nil)
        }
    }

    private static func answer(_ connection: ServerConnection) {
        while let request = connection.readRequest() {
            switch request.line.split(separator: " ")[1] {
            case "/ok": connection.answer(body: [1])
            case "/redirect": connection.answer("302 Found", "Location: /ok\r\n")
            case "/close": return
            case "/reset": return connection.resetAtEnd()
            case "/large": connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
            case "/truncate":
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1")
                return
            default: connection.waitForClose()
            }
        }
    }

    @Test func `no descriptor is left by any kind of end`() async {
        // In a process of its own, where no other test opens descriptors.
        await #expect(processExitsWith: .success) {
            let server = try ScriptedServer { HTTPLeakTests.answer($0) }
            // What the first use opens for good is not a leak.
            try HTTPLeakTests.exchangeOfEveryKind(HTTPClient(), server)
            server.stop()
            let before = try HTTPLeakTests.openDescriptors()
            for _ in 0..<10 {
                let server = try ScriptedServer { HTTPLeakTests.answer($0) }
                let client = HTTPClient()
                for _ in 0..<3 { try HTTPLeakTests.exchangeOfEveryKind(client, server) }
                try #require(client.idleHandles == 1)
                try #require(try HTTPLeakTests.clientConnectionsCloseOnExec(server) == [true])
                server.stop()
            }
            let after = try HTTPLeakTests.openDescriptors()
            try #require(after == before, "\(after - before) descriptors leaked")
        }
    }
}
