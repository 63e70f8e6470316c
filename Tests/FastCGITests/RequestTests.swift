import FastCGI
import Testing

@Suite struct RequestTests {
    @Test func `a request's parameters and body come to the handler, and its reply goes back`() throws {
        let test = try TestServer.echo()
        let client = try #require(FastCGIClient(path: test.path))
        let reply = client.ask(["X": "hello", "REQUEST_METHOD": "GET"])
        #expect(reply.isComplete)
        #expect(String(decoding: reply.output, as: UTF8.self).hasPrefix("Status: 200 OK\r\n"))
        #expect(reply.text == "hello:")
        #expect(client.ask(["X": "post"], body: Array("the body".utf8)).text == "post:the body")
    }

    @Test func `many requests come over one connection, whatever their sizes`() throws {
        let test = try TestServer.echo(threads: 1)
        let client = try #require(FastCGIClient(path: test.path))
        for size in [0, 1, 7, 8, 9, 8191, 8192, 8193, 65_528, 65_535, 65_536, 0, 40_000] {
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let reply = client.ask(["X": "\(size)", "LONG": String(repeating: "é", count: 500)], body: body)
            #expect(reply.isComplete)
            // Compared here: a failed expectation would take minutes to work out what differs.
            let isEcho = reply.body == Array("\(size):".utf8) + body
            #expect(isEcho, "\(size)")
        }
    }

    @Test func `values of any bytes come as they are, and a name that was not sent is none`() throws {
        let test = try TestServer(threads: 1) { request in
            let bytes = request.bytes(of: "X").map(String.init).joined(separator: ",")
            return TestServer.reply(Array("\(request.parameter("Y") ?? "nil") \(bytes)".utf8))
        }
        try test.server.start()
        let client = try #require(FastCGIClient(path: test.path))
        #expect(client.ask(["X": "é\t=&", "Y": ""]).text == " 195,169,9,61,38")
        #expect(client.ask(["XY": "1"]).text == "nil ")
    }

    @Test func `a body that nobody read does not disturb the next request`() throws {
        let test = try TestServer(threads: 2) { request in
            TestServer.reply(Array((request.parameter("X") ?? "").utf8))
        }
        try test.server.start()
        let client = try #require(FastCGIClient(path: test.path))
        for size in [1, 8192, TestServer.bodyLimit] {
            #expect(client.ask(["X": "a"], body: Array(repeating: 0x61, count: size)).text == "a")
            #expect(client.ask(["X": "b"]).text == "b")
        }
    }

    @Test(arguments: [64 * 1024 + 1, 200_000, 1 << 20])
    func `a body that is too large to be looked at whole is answered, and its connection closed`(
        _ size: Int
    ) throws {
        let test = try TestServer.echo(threads: 1)
        let client = try #require(FastCGIClient(path: test.path))
        let sending = Running {
            client.send(
                FastCGIClient.request(["X": "large"], body: Array(repeating: 0x61, count: size)))
        }
        #expect(client.reply().text == "large:tooLarge")
        _ = client.shut()
        #expect(sending.result() != nil)
        #expect(client.isClosed)
        #expect(try #require(FastCGIClient(path: test.path)).ask(["X": "next"]).text == "next:")
    }

    @Test func `a head that is too large to be looked at whole closes the connection, at once`() throws {
        let test = try TestServer.echo(threads: 1)
        let client = try #require(FastCGIClient(path: test.path))
        let start = ContinuousClock.now
        client.send(FastCGIClient.request(["X": String(repeating: "x", count: 150_000)], body: []))
        #expect(client.isClosed)
        // Far less than what a request that comes in pieces may take.
        #expect(.now - start < .seconds(20))
    }

    @Test func `a request in two hundred pieces is answered`() throws {
        let test = try TestServer.echo(threads: 1)
        let client = try #require(FastCGIClient(path: test.path))
        let request = FastCGIClient.request(
            ["X": String(repeating: "x", count: 9000)], body: Array(repeating: 0x61, count: 9000))
        for start in stride(from: 0, to: request.count, by: 100) {
            client.send(Array(request[start..<min(start + 100, request.count)]))
        }
        #expect(client.reply().body.count == 18_001)
    }

    @Test func `a body over the limit, or of another length than was said, is told apart`() throws {
        let test = try TestServer(threads: 1, bodyLimit: 10) { request in
            do throws(IncomingRequest.BodyError) {
                return TestServer.reply(try request.body())
            } catch {
                return TestServer.reply(Array("\(error)".utf8))
            }
        }
        try test.server.start()
        func ask(_ length: String?, _ body: String) throws -> String {
            let parameters = length.map { ["CONTENT_LENGTH": $0] } ?? [:]
            return try #require(FastCGIClient(path: test.path)).ask(parameters, body: Array(body.utf8)).text
        }
        #expect(try ask(nil, "0123456789") == "0123456789")
        #expect(try ask(nil, "0123456789a") == "tooLarge")
        #expect(try ask("5", "0123456789a") == "tooLarge")
        #expect(try ask("9", "0123") == "incomplete")
        #expect(try ask("3", "0123") == "incomplete")
        #expect(try ask("0", "0") == "incomplete")
        #expect(try ask("99999999999", "0") == "tooLarge")
        #expect(try ask("", "0123") == "0123", "chunked has no length")
        #expect(try ask("-1", "0") == "incomplete")
    }

    @Test func `a connection that the client does not want to keep is closed after the reply`() throws {
        let test = try TestServer.echo(threads: 1)
        let client = try #require(FastCGIClient(path: test.path))
        #expect(client.ask(["X": "last"], keepAlive: false).text == "last:")
        #expect(client.isClosed)
        #expect(try #require(FastCGIClient(path: test.path)).ask(["X": "next"]).text == "next:")
    }

    @Test func `requests on several connections are answered at once`() throws {
        let gate = Gate()
        let test = try TestServer(threads: 3) { request in
            request.turn.handOn()
            gate.pass()
            return TestServer.reply([0x61])
        }
        try test.server.start()
        let path = test.path
        let asking = (0..<3).map { _ in Running { FastCGIClient(path: path)?.ask().text } }
        for _ in 0..<3 { #expect(gate.hasVisitor()) }
        #expect(test.server.inFlight == 3)
        #expect(test.server.isAlive(limit: .seconds(60)))
        #expect(!test.server.isAlive(limit: .zero))
        gate.open()
        for request in asking { #expect(request.result() == "a") }
    }

    private static let garbage: [[UInt8]] = [
        Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), [UInt8](repeating: 0, count: 64),
        [UInt8](repeating: 0xFF, count: 64), [1], [1, 1, 0, 1, 0xFF, 0xFF, 0, 0],
        FastCGIClient.record(.parameters, [5, 200, 1, 2, 3]), FastCGIClient.record(.end, []),
        FastCGIClient.record(.begin, [0, 9, 0, 0, 0, 0, 0, 0]), FastCGIClient.record(.begin, [0, 1]),
        FastCGIClient.record(.begin, [0, 1, 1, 0, 0, 0, 0, 0])
            + FastCGIClient.record(.parameters, [0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3]),
        FastCGIClient.record(.begin, [0, 1, 1, 0, 0, 0, 0, 0]) + FastCGIClient.record(.abort, []),
        Array(FastCGIClient.request(["X": "cut"], body: [1, 2, 3]).dropLast(20)),
    ]

    @Test(arguments: garbage)
    func `garbage on one connection leaves the next one well served`(_ bytes: [UInt8]) throws {
        let test = try TestServer.echo(threads: 1)
        do {
            let client = try #require(FastCGIClient(path: test.path))
            #expect(client.send(bytes))
        }
        #expect(try #require(FastCGIClient(path: test.path)).ask(["X": "next"]).text == "next:")
        #expect(test.server.isAlive(limit: .seconds(60)))
    }

    private static let end = FastCGIClient.record(.input, [])
    /// Records that are none of the request's own body. All of them are empty, and libfcgi passes over some of them.
    private static let strange: [(String, [UInt8])] = [
        ("a management record", [1, 9, 0, 0, 0, 0, 0, 0]),
        ("one of no known type", [1, 11, 0, 0, 0, 0, 0, 0]),
        ("another request's body", [1, 5, 0, 2, 0, 0, 0, 0]),
        ("another one's end", [1, 5, 1, 1, 0, 0, 0, 0]),
        ("data", [1, 8, 0, 1, 0, 0, 0, 0]), ("parameters", FastCGIClient.record(.parameters, [])),
        ("an abort", FastCGIClient.record(.abort, [])),
        ("another request", FastCGIClient.record(.begin, [0, 1, 1, 0, 0, 0, 0, 0])),
        ("the end, padded", [1, 5, 0, 1, 0, 0, 4, 0, 0, 0, 0, 0]),
        ("another version", [2, 5, 0, 1, 0, 0, 0, 0]),
    ]

    @Test(arguments: strange)
    func `whatever is not the body closes the connection, where ever it stands`(
        _ name: String, _ record: [UInt8]
    ) throws {
        let test = try TestServer.echo(threads: 1)
        let head = Array(FastCGIClient.request(["X": "a"], body: []).dropLast(8))
        let body = FastCGIClient.record(.input, [0x61, 0x62])
        let places: [[[UInt8]]] = [[record], [record, body, Self.end], [body, record, Self.end]]
        for records in places {
            let client = try #require(FastCGIClient(path: test.path))
            #expect(client.send(head + records.flatMap { $0 }))
            #expect(client.isClosed, "\(name)")
        }
        // After the head has been looked at, too.
        let slow = try #require(FastCGIClient(path: test.path))
        #expect(slow.send(head) && slow.send(body))
        #expect(slow.send(record + Self.end))
        #expect(slow.isClosed, "\(name), late")
        #expect(try #require(FastCGIClient(path: test.path)).ask(["X": "next"]).text == "next:")
    }

    @Test func `a request that comes before the answer to the one before closes the connection`() throws {
        let test = try TestServer.echo(threads: 1)
        let client = try #require(FastCGIClient(path: test.path))
        let second = FastCGIClient.request(["X": "b"], body: [])
        client.send(FastCGIClient.request(["X": "a"], body: []) + second)
        #expect(client.isClosed)
    }

    /// libfcgi forgets padding where a stream begins or ends, and reads it as the next record. Here it would be the end
    /// of parameters that have not begun.
    @Test func `padding is not read as a record`() throws {
        let test = try TestServer.echo(threads: 1)
        let hidden = FastCGIClient.record(.parameters, [])
        let client = try #require(FastCGIClient(path: test.path))
        let begin: [UInt8] = [1, 1, 0, 1, 0, 8, UInt8(hidden.count), 0, 0, 1, 1, 0, 0, 0, 0, 0]
        let parameters = FastCGIClient.stream(.parameters, FastCGIClient.pair("X", "a"))
        client.send(begin + hidden + parameters + Self.end)
        #expect(client.isClosed)
    }

    @Test func `lines of one header are joined, and told from one line`() throws {
        let test = try TestServer(threads: 1) { request in
            let joined = request.list("HTTP_ACCEPT") ?? "none"
            return TestServer.reply(Array("\(joined) \(request.isRepeated("HTTP_ACCEPT"))".utf8))
        }
        try test.server.start()
        func ask(_ lines: [(String, String)]) throws -> String {
            let client = try #require(FastCGIClient(path: test.path))
            let begin = FastCGIClient.record(.begin, [0, 1, 0, 0, 0, 0, 0, 0])
            let pairs = lines.flatMap { FastCGIClient.pair("HTTP_\($0)", $1) }
            client.send(begin + FastCGIClient.stream(.parameters, pairs) + Self.end)
            return client.reply().text
        }
        #expect(try ask([]) == "none false")
        #expect(try ask([("ACCEPT", "a")]) == "a false")
        #expect(try ask([("ACCEPT", "a"), ("ACCEPT_LANGUAGE", "x"), ("ACCEPT", "b")]) == "a, b true")
        #expect(try ask([("ACCEPT", ""), ("ACCEPT", "")]) == ",  true")
    }
}
