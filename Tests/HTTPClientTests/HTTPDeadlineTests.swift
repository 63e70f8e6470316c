import Glibc
import HTTPClient
import TestSupport
import Testing

/// Each server here would keep the client waiting for ever.
@Suite struct HTTPDeadlineTests {
    /// The second one is for a machine so busy that what comes before the wait took all of the first.
    private let patiences = [Duration.milliseconds(300), .seconds(3)]
    /// Far above the deadlines, far below for ever: a busy machine must not fail these.
    private let bound = Duration.seconds(20)

    private func expectTimeout(
        _ url: String,
        stage: HTTPClientError.Stage,
        mayHaveReached: Bool,
        body: [UInt8] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let method = body.isEmpty ? "GET" : "POST"
        for patience in patiences {
            let request = HTTPRequest(method: method, url: url, body: body, deadline: .now + patience)
            let (error, elapsed) = try failure(of: request, sourceLocation: sourceLocation)
            #expect(error.code == .timeout, "\(error)", sourceLocation: sourceLocation)
            if error.stage != stage, patience != patiences.last { continue }
            #expect(error.stage == stage, "\(error)", sourceLocation: sourceLocation)
            #expect(error.requestMayHaveReachedServer == mayHaveReached, sourceLocation: sourceLocation)
            let isOver = ContinuousClock.now >= request.deadline - .milliseconds(20)
            #expect(isOver && elapsed < bound, "\(elapsed)", sourceLocation: sourceLocation)
            return
        }
    }

    @Test func `nobody takes the connection`() throws {
        let (listener, port) = try TCPListener.open(backlog: 0)
        // More than the backlog holds: the kernel drops what comes after.
        let fillers = (0..<4).map { _ in TCPListener.startConnecting(to: port) }
        defer { for descriptor in fillers + [listener] { close(descriptor) } }
        try expectTimeout("http://127.0.0.1:\(port)/", stage: .connect, mayHaveReached: false)
    }

    @Test func `the kernel takes the connection and the server never does`() throws {
        let (listener, port) = try TCPListener.open()
        defer { close(listener) }
        try expectTimeout("http://127.0.0.1:\(port)/", stage: .wait, mayHaveReached: true)
        try expectTimeout("https://127.0.0.1:\(port)/", stage: .tls, mayHaveReached: false)
    }

    @Test func `no answer`() throws {
        try withServer {
            $0.readRequest(); $0.waitForClose()
        } _: { server in
            try expectTimeout(server.url(), stage: .wait, mayHaveReached: true)
        }
    }

    @Test(arguments: [("HTTP/1.1 20", HTTPClientError.Stage.wait), ("HTTP/1.1 200 OK\r\nX: ", .receive)])
    func `half a header`(answer: String, stage: HTTPClientError.Stage) throws {
        try withServer { connection in
            connection.readRequest()
            connection.send(answer)
            connection.waitForClose()
        } _: { server in
            try expectTimeout(server.url(), stage: stage, mayHaveReached: true)
        }
    }

    @Test func `half a body`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
            connection.waitForClose()
        } _: { server in
            try expectTimeout(server.url(), stage: .receive, mayHaveReached: true)
        }
    }

    @Test func `a drip that never pauses long`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while !connection.waitForClose(milliseconds: 10), connection.send(".") {}
        } _: { server in
            try expectTimeout(server.url(), stage: .receive, mayHaveReached: true)
        }
    }

    @Test func `interim answers without end`() throws {
        try withServer { connection in
            connection.readRequest()
            while !connection.waitForClose(milliseconds: 10), connection.send("HTTP/1.1 100 C\r\n\r\n") {}
        } _: { server in
            try expectTimeout(server.url(), stage: .receive, mayHaveReached: true)
        }
    }

    @Test func `a server that does not read the body`() throws {
        try withServer {
            $0.waitForClose()
        } _: { server in
            let body = [UInt8](repeating: 1, count: 50_000_000)
            try expectTimeout(server.url(), stage: .send, mayHaveReached: true, body: body)
        }
    }

    @Test func `a deadline that has passed costs nothing`() throws {
        try withServer {
            $0.readRequest(); $0.answer()
        } _: { server in
            let request = HTTPRequest(url: server.url(), deadline: .now - .milliseconds(1))
            let (error, _) = try failure(of: request)
            #expect(error.code == .timeout)
            #expect(error.stage == .prepare)
            #expect(!error.requestMayHaveReachedServer)
            #expect(server.connections == 0)
        }
    }

    @Test func `the connect timeout ends an attempt before the deadline`() throws {
        let (listener, port) = try TCPListener.open(backlog: 0)
        let fillers = (0..<4).map { _ in TCPListener.startConnecting(to: port) }
        defer { for descriptor in fillers + [listener] { close(descriptor) } }
        var configuration = HTTPClient.Configuration()
        configuration.connectTimeout = .milliseconds(200)
        let request = HTTPRequest(url: "http://127.0.0.1:\(port)/", deadline: .now + .seconds(60))
        let (error, elapsed) = try failure(of: request, client: HTTPClient(configuration))
        #expect(error.code == .timeout)
        #expect(error.stage == .connect)
        #expect(elapsed < bound)
    }

    @Test func `an answer within the deadline is waited for, however slow`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n")
            for _ in 0..<20 where !connection.waitForClose(milliseconds: 10) { connection.send(".") }
        } _: { server in
            let response = try HTTPClient().perform(HTTPRequest(url: server.url(), deadline: .soon))
            #expect(response.body.count == 20)
        }
    }
}
