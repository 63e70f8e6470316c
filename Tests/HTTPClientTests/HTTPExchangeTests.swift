import HTTPClient
import TestSupport
import Testing

@Suite struct HTTPExchangeTests {
    @Test func `a whole answer: status, headers, body, peer`() throws {
        try withServer { connection in
            connection.readRequest()
            let headers = "X-One: 1\r\nx-two:  a \r\nX-One: 2\r\nX-Empty:\r\nX-Folded: a\r\n  b\r\n"
            connection.answer("207 Multi-Status", headers, body: Array("hello".utf8))
        } _: { server in
            let response = try HTTPClient().perform(HTTPRequest(url: server.url("/a?b=c"), deadline: .soon))
            #expect(response.status == 207)
            #expect(response.headers.values(of: "x-ONE") == ["1", "2"])
            #expect(response.headers["X-Two"] == "a")
            #expect(response.headers["x-empty"] == "")
            #expect(response.headers["x-folded"] == "a b")
            #expect(response.headers["absent"] == nil)
            #expect(response.body == Array("hello".utf8))
            #expect(response.version == .http1_1)
            #expect(!response.reusedConnection)
        }
    }

    @Test func `a request arrives as written, and with nothing that was not asked for`() throws {
        try withServer {
            $0.readRequest(); $0.answer()
        } _: { server in
            let request = HTTPRequest(
                method: "POST", url: server.url("/a/../b/%2e?c=d%20e"),
                headers: ["X-B": "2", "x-a": "", "X-B": "3"],
                body: [0, 1, 2, 0xff], deadline: .soon)
            _ = try HTTPClient().perform(request)
            let received = try #require(server.requests.first)
            #expect(received.line == "POST /a/../b/%2e?c=d%20e HTTP/1.1")
            #expect(received.body == [0, 1, 2, 0xff])
            #expect(received.headers.values(of: "X-B") == ["2", "3"])
            #expect(received.headers["x-a"] == "")
            let names = received.headers.map { $0.name.lowercased() }.sorted()
            #expect(names == ["accept", "content-length", "host", "x-a", "x-b", "x-b"])
        }
    }

    @Test(arguments: [
        ("GET", nil), ("DELETE", nil), ("OPTIONS", nil), ("POST", "0"), ("PUT", "0"), ("PATCH", "0"),
    ])
    func `an empty body has a length only with methods that have bodies`(method: String, length: String?)
        throws
    {
        try withServer {
            $0.readRequest(); $0.answer()
        } _: { server in
            _ = try HTTPClient().perform(HTTPRequest(method: method, url: server.url(), deadline: .soon))
            #expect(server.requests.first?.line == "\(method) / HTTP/1.1")
            #expect(server.requests.first?.headers["Content-Length"] == length)
        }
    }

    @Test(arguments: ["GET", "PUT", "DELETE"])
    func `any method may carry a body`(method: String) throws {
        try withServer {
            $0.readRequest(); $0.answer()
        } _: { server in
            let request = HTTPRequest(method: method, url: server.url(), body: [1, 2, 3], deadline: .soon)
            _ = try HTTPClient().perform(request)
            #expect(server.requests.first?.line == "\(method) / HTTP/1.1")
            #expect(server.requests.first?.body == [1, 2, 3])
        }
    }

    @Test func `a large body goes out without waiting for 100 Continue`() throws {
        let body = [UInt8](repeating: 7, count: 5_000_000)
        try withServer {
            $0.readRequest(); $0.answer()
        } _: { server in
            let request = HTTPRequest(method: "POST", url: server.url(), body: body, deadline: .soon)
            _ = try HTTPClient().perform(request)
            #expect(server.requests.first?.headers["Expect"] == nil)
            #expect(server.requests.first?.body == body)
        }
    }

    @Test func `HEAD has no body, however long the header says it is`() throws {
        try withServer { connection in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
            }
        } _: { server in
            let client = HTTPClient()
            for reused in [false, true] {
                let response = try client.perform(
                    HTTPRequest(method: "HEAD", url: server.url(), deadline: .soon))
                #expect(response.body.isEmpty)
                #expect(response.headers["content-length"] == "99999999999")
                #expect(response.reusedConnection == reused)
            }
        }
    }

    @Test(arguments: ["204 No Content", "304 Not Modified"])
    func `answers that never have a body`(status: String) throws {
        try withServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 \(status)\r\n\r\n")
            connection.waitForClose()
        } _: { server in
            let response = try HTTPClient().perform(HTTPRequest(url: server.url(), deadline: .soon))
            #expect(response.body.isEmpty)
        }
    }

    @Test func `chunks are joined, trailers are left out`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n")
            connection.send("3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nX-T: late\r\n\r\n")
            connection.waitForClose()
        } _: { server in
            let response = try HTTPClient().perform(HTTPRequest(url: server.url(), deadline: .soon))
            #expect(response.body == Array("abc0123456789".utf8))
            #expect(response.headers["X-T"] == nil)
        }
    }

    @Test func `a body may end with the connection`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.0 200 OK\r\n\r\nto the end")
        } _: { server in
            let response = try HTTPClient().perform(HTTPRequest(url: server.url(), deadline: .soon))
            #expect(response.body == Array("to the end".utf8))
            #expect(response.version == .http1_0)
        }
    }

    @Test func `interim answers are passed over`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.send(
                "HTTP/1.1 100 Continue\r\nX-I: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            connection.answer("200 OK", "X-F: 1\r\n", body: [1])
        } _: { server in
            let response = try HTTPClient().perform(HTTPRequest(url: server.url(), deadline: .soon))
            #expect(response.status == 200)
            #expect(response.headers.map(\.name) == ["X-F", "Content-Length"])
            #expect(response.body == [1])
        }
    }

    @Test(arguments: [301, 302, 307, 400, 404, 429, 500, 503])
    func `every status is an answer, and no redirect is followed`(status: Int) throws {
        try withServer { connection in
            while connection.readRequest() != nil {
                connection.answer("\(status) X", "Location: /elsewhere\r\n", body: Array("why".utf8))
            }
        } _: { server in
            let response = try HTTPClient().perform(HTTPRequest(url: server.url(), deadline: .soon))
            #expect(response.status == status)
            #expect(response.body == Array("why".utf8))
            #expect(server.requests.count == 1)
        }
    }

    @Test func `gzip comes raw by default and decoded on request`() throws {
        let text = Array("hello\n".utf8)
        // printf 'hello\n' | gzip -n9
        let zipped: [UInt8] = [
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7, 0x02, 0x00, 0x20, 0x30,
            0x3a, 0x36, 6, 0, 0, 0,
        ]
        try withServer { connection in
            while connection.readRequest() != nil {
                connection.answer("200 OK", "Content-Encoding: gzip\r\n", body: zipped)
            }
        } _: { server in
            let client = HTTPClient()
            var request = HTTPRequest(
                url: server.url(), headers: ["Accept-Encoding": "gzip"], deadline: .soon)
            let raw = try client.perform(request)
            #expect(raw.body == zipped)
            request.headers = [:]
            request.decodesGzip = true
            let decoded = try client.perform(request)
            #expect(decoded.body == text)
            #expect(server.requests.map { $0.headers["Accept-Encoding"] } == ["gzip", "gzip"])
        }
    }

    @Test func `a unix socket instead of the URL's host`() throws {
        let directory = try TemporaryFolder()
        let path = directory.path + "/socket"
        try withServer(unixSocketPath: path) {
            $0.readRequest(); $0.answer()
        } _: { server in
            let request = HTTPRequest(url: "http://service.internal/x", deadline: .soon, unixSocketPath: path)
            let response = try HTTPClient().perform(request)
            #expect(response.status == 200)
            #expect(server.requests.first?.headers["Host"] == "service.internal")
        }
    }
}
