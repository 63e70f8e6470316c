import Glibc
import HTTPClient
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPFaultTests {
    private func failure(
        after answer: String,
        reset: Bool = false,
        configure: (inout HTTPClient.Configuration) -> Void = { _ in },
        decodesGzip: Bool = false
    ) throws -> HTTPClientError {
        try withServer { connection in
            connection.readRequest()
            connection.send(answer)
            if reset { connection.resetAtEnd() }
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configure(&configuration)
            let request = HTTPRequest(url: server.url(), deadline: .soon, decodesGzip: decodesGzip)
            return try HTTPClientTests.failure(of: request, client: HTTPClient(configuration)).error
        }
    }

    @Test func `closed without an answer`() throws {
        let error = try failure(after: "")
        #expect(error.code == .closed)
        #expect(error.stage == .wait)
        #expect(error.requestMayHaveReachedServer)
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12"])
    func `reset`(answer: String) throws {
        let error = try failure(after: answer, reset: true)
        #expect(error.code == .reset)
        #expect(error.stage == (answer.isEmpty ? .wait : .receive))
        #expect(error.requestMayHaveReachedServer)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123456789",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", "HTTP/1.1 200 OK\r\n",
    ])
    func `truncated`(answer: String) throws {
        let error = try failure(after: answer)
        #expect(error.code == .truncated, "\(error)")
        #expect(error.stage == .receive)
    }

    @Test(arguments: [
        "not HTTP at all\r\n\r\n",
        "{\"json\": true}",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ])
    func `malformed answer`(answer: String) throws {
        let error = try failure(after: answer)
        #expect(error.code == .malformed, "\(error)")
    }

    @Test func `gzip that is none`() throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"
        #expect(try failure(after: answer, decodesGzip: true).code == .malformed)
    }

    @Test(arguments: [
        "Content-Length: 101\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n65\r\n" + String(repeating: "x", count: 101) + "\r\n0\r\n\r\n",
        "\r\n" + String(repeating: "x", count: 101),
    ])
    func `a body over the bound`(rest: String) throws {
        let error = try failure(after: "HTTP/1.1 200 OK\r\n" + rest) { $0.maximumBodyBytes = 100 }
        #expect(error.code == .tooLarge, "\(error)")
        #expect(error.stage == .receive)
    }

    @Test func `a body of exactly the bound`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.answer(body: [UInt8](repeating: 1, count: 100))
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.maximumBodyBytes = 100
            let request = HTTPRequest(url: server.url(), deadline: .soon)
            let response = try HTTPClient(configuration).perform(request)
            #expect(response.body.count == 100)
        }
    }

    @Test func `one long header line, many header lines, header without end`() throws {
        let long = "X: " + String(repeating: "x", count: 2000) + "\r\n"
        let many = String(repeating: "X: y\r\n", count: 400)
        for lines in [long, many] {
            let error = try failure(after: "HTTP/1.1 200 OK\r\n\(lines)\r\n") { $0.maximumHeaderBytes = 1000 }
            #expect(error.code == .tooLarge, "\(error)")
        }
        try withServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n")
            while connection.send(many) {}
        } _: { server in
            let (error, _) = try HTTPClientTests.failure(of: HTTPRequest(url: server.url(), deadline: .soon))
            #expect(error.code == .tooLarge)
        }
    }

    @Test func `a body without end`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            let piece = [UInt8](repeating: 1, count: 100_000)
            while connection.send(piece) {}
        } _: { server in
            let (error, _) = try HTTPClientTests.failure(of: HTTPRequest(url: server.url(), deadline: .soon))
            #expect(error.code == .tooLarge)
            #expect(error.message == "the body is longer than 16777216 bytes")
        }
    }

    @Test func `nobody listens`() throws {
        let (listener, port) = try TCPListener.open()
        close(listener)
        let request = HTTPRequest(url: "http://127.0.0.1:\(port)/", deadline: .soon)
        let (error, _) = try HTTPClientTests.failure(of: request)
        #expect(error.code == .couldNotConnect)
        #expect(error.stage == .connect)
        #expect(!error.requestMayHaveReachedServer)

        let gone = HTTPRequest(url: "http://x/", deadline: .soon, unixSocketPath: "/nonexistent/socket")
        #expect(try HTTPClientTests.failure(of: gone).error.code == .couldNotConnect)
    }

    @Test func `a name without an address`() throws {
        let request = HTTPRequest(url: "http://no-such-host.invalid/", deadline: .now + .seconds(5))
        let (error, elapsed) = try HTTPClientTests.failure(of: request)
        // Without a resolver that answers, the deadline does.
        #expect([.couldNotResolve, .timeout].contains(error.code))
        #expect(error.stage == .resolve)
        #expect(!error.requestMayHaveReachedServer)
        #expect(elapsed < .seconds(15))
    }

    @Test(arguments: [
        ("GET", "ftp://127.0.0.1/"), ("GET", "file:///etc/passwd"), ("GET", "127.0.0.1/"), ("GET", ""),
        ("GET", "http://"), ("GET", "http://127.0.0.1:99999/"), ("GET", "http://127.0.0.1/a b"),
        ("GET", "http://127.0.0.1/\r\nX: y"), ("GET", "http://127.0.0.1/\0"), ("G T", "http://127.0.0.1/"),
        ("", "http://127.0.0.1/"), ("GET\r\nX: y", "http://127.0.0.1/"),
    ])
    func `what cannot be sent as it is`(method: String, url: String) throws {
        let (error, _) = try HTTPClientTests.failure(
            of: HTTPRequest(method: method, url: url, deadline: .soon))
        #expect(error.code == .invalidRequest, "\(error)")
        #expect(error.stage == .prepare)
    }

    @Test(arguments: [
        ("X", "a\r\nY: b"), ("X", "a\nb"), ("X", "\0"), ("X Y", "a"), ("X:", "a"), ("", "a"),
        ("Content-Length", "5"), ("transfer-encoding", "chunked"), ("Connection", "close"),
    ])
    func `headers that would change the request's meaning`(name: String, value: String) throws {
        var request = HTTPRequest(url: "http://127.0.0.1:1/", deadline: .soon)
        request.headers.append(name: name, value: value)
        #expect(try HTTPClientTests.failure(of: request).error.code == .invalidRequest)
    }

    @Test func `HEAD with a body`() throws {
        let request = HTTPRequest(method: "HEAD", url: "http://127.0.0.1:1/", body: [1], deadline: .soon)
        #expect(try HTTPClientTests.failure(of: request).error.code == .invalidRequest)
    }

    @Test func `a head that libcurl would send only in part`() throws {
        var request = HTTPRequest(url: "http://127.0.0.1:1/", deadline: .soon)
        request.headers.append(name: "X", value: String(repeating: "a", count: 16 * 1024))
        #expect(try HTTPClientTests.failure(of: request).error.code == .invalidRequest)
        request = HTTPRequest(
            url: "http://127.0.0.1:1/?" + String(repeating: "a", count: 16 * 1024), deadline: .soon)
        #expect(try HTTPClientTests.failure(of: request).error.code == .invalidRequest)
    }

    @Test(arguments: [true, false])
    func `the caller is asked once for room for a body, with what was announced or what is allowed`(
        _ isAnnounced: Bool
    ) throws {
        let count = 100_000
        let body = String(repeating: "x", count: count)
        let answer =
            isAnnounced
            ? "HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n\(body)"
            : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n\(body)\r\n0\r\n\r\n"
        try withServer { connection in
            connection.readRequest()
            connection.send(answer)
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.maximumBodyBytes = 200_000
            let asked = Mutex([Int]())
            var request = HTTPRequest(url: server.url(), deadline: .soon)
            request.admitBody = { bytes in
                asked.withLock { $0.append(bytes) }
                return asked.withLock { $0.count } == 1
            }
            let client = HTTPClient(configuration)
            let response = try client.perform(request)
            #expect(response.body.count == count)
            #expect(asked.withLock { $0 } == [isAnnounced ? count : 200_000])
            // The second time there is none.
            let (error, _) = try HTTPClientTests.failure(of: request, client: client)
            #expect(error.code == .tooLarge)
        }
    }

    @Test func `nobody is asked for room for a small body`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n")
            connection.send(String(repeating: "x", count: 20_000))
        } _: { server in
            var request = HTTPRequest(url: server.url(), deadline: .soon)
            request.admitBody = { _ in false }
            let response = try HTTPClient().perform(request)
            #expect(response.body.count == 20_000)
        }
    }
}
