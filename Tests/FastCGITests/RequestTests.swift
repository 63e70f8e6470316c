import FastCGI
import Testing

@Suite struct RequestTests {
    @Test func `A request's parameters and body come to the handler, and its reply goes back`() throws {
        let test = try TestServer.echo()
        let client = try #require(FastCGIClient(path: test.path))
        let reply = client.ask(["X": "hello", "REQUEST_METHOD": "GET"])
        #expect(reply.isComplete)
        #expect(String(decoding: reply.output, as: UTF8.self).hasPrefix("Status: 200 OK\r\n"))
        #expect(reply.text == "hello:")
        #expect(client.ask(["X": "post"], body: Array("the body".utf8)).text == "post:the body")
    }

    @Test func `Many requests come over one connection, whatever their sizes`() throws {
        let test = try TestServer.echo(threads: 1)
        let client = try #require(FastCGIClient(path: test.path))
        for size in [0, 1, 7, 8, 9, 8191, 8192, 8193, 65_528, 65_535, 200_000, 0, 1 << 20] {
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let reply = client.ask(["X": "\(size)", "LONG": String(repeating: "é", count: 500)], body: body)
            #expect(reply.isComplete)
            #expect(reply.body == Array("\(size):".utf8) + body, "\(size)")
        }
    }

    @Test func `Values of any bytes come as they are, and a name that was not sent is none`() throws {
        let test = try TestServer(threads: 1) { request in
            let bytes = request.bytes(of: "X").map(String.init).joined(separator: ",")
            return TestServer.reply(Array("\(request.parameter("Y") ?? "nil") \(bytes)".utf8))
        }
        try test.server.start()
        let client = try #require(FastCGIClient(path: test.path))
        #expect(client.ask(["X": "é\t=&", "Y": ""]).text == " 195,169,9,61,38")
        #expect(client.ask(["XY": "1"]).text == "nil ")
    }

    @Test func `A body that nobody read does not disturb the next request`() throws {
        let test = try TestServer(threads: 2) { request in
            TestServer.reply(Array((request.parameter("X") ?? "").utf8))
        }
        try test.server.start()
        let client = try #require(FastCGIClient(path: test.path))
        for size in [1, 8192, 100_000] {
            #expect(client.ask(["X": "a"], body: Array(repeating: 0x61, count: size)).text == "a")
            #expect(client.ask(["X": "b"]).text == "b")
        }
        // Far more than a polite client sends: answered, and the connection is given up.
        let large = try #require(FastCGIClient(path: test.path))
        #expect(large.ask(["X": "c"], body: Array(repeating: 0x61, count: 1 << 18)).text == "c")
        #expect(large.isClosed)
        #expect(client.ask(["X": "d"]).text == "d")
    }

    @Test func `A body over the limit, or cut short, is told apart`() throws {
        let test = try TestServer(threads: 1) { request in
            do throws(IncomingRequest.BodyError) {
                return TestServer.reply(try request.body(limit: 10))
            } catch {
                return TestServer.reply(Array("\(error)".utf8))
            }
        }
        try test.server.start()
        let client = try #require(FastCGIClient(path: test.path))
        #expect(client.ask(body: Array("0123456789".utf8)).text == "0123456789")
        #expect(client.ask(body: Array("0123456789a".utf8)).text == "tooLarge")
        #expect(client.ask(["CONTENT_LENGTH": "5"], body: Array("0123456789a".utf8)).text == "tooLarge")
        #expect(client.ask(["CONTENT_LENGTH": "9"], body: Array("0123".utf8)).text == "incomplete")
        #expect(client.ask(["CONTENT_LENGTH": "99999999999"], body: [1]).text == "tooLarge")
        #expect(client.ask(body: Array("again".utf8)).text == "again")
    }

    @Test func `A connection that the client does not want to keep is closed after the reply`() throws {
        let test = try TestServer.echo(threads: 1)
        let client = try #require(FastCGIClient(path: test.path))
        #expect(client.ask(["X": "last"], keepAlive: false).text == "last:")
        #expect(client.isClosed)
        #expect(try #require(FastCGIClient(path: test.path)).ask(["X": "next"]).text == "next:")
    }

    @Test func `Requests on several connections are answered at once`() throws {
        let gate = Gate()
        let test = try TestServer(threads: 3) { _ in
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
    func `Garbage on one connection leaves the next one well served`(_ bytes: [UInt8]) throws {
        let test = try TestServer.echo(threads: 1)
        do {
            let client = try #require(FastCGIClient(path: test.path))
            #expect(client.send(bytes))
        }
        #expect(try #require(FastCGIClient(path: test.path)).ask(["X": "next"]).text == "next:")
        #expect(test.server.isAlive(limit: .seconds(60)))
    }
}
