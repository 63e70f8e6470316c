@testable import FastCGI
import TestSupport
import Testing

/// What a web server sends, changed at random: the server answers or closes, and serves the next.
@Suite struct FuzzTests {
    private static let seeds = [
        FastCGIClient.request(["X": "hello", "REQUEST_METHOD": "GET"], body: []),
        FastCGIClient.request(
            ["X": "post", "CONTENT_TYPE": "application/json"], body: Array("{\"userId\":\"u\"}".utf8)),
        FastCGIClient.request([:], body: [], keepAlive: false)
            + FastCGIClient.request(["X": "second"], body: [], keepAlive: false),
    ]
    private static let tokens = [
        "\u{1}\u{1}\u{0}\u{1}", "\u{1}\u{4}\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}", "\u{7F}", "CONTENT_LENGTH",
        "\u{0}",
    ]
    private static let lengths: [[UInt8]] = [[0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0]]

    @Test func `records and parameters`() throws {
        let test = try TestServer.echo(threads: 2)
        let long = FastCGIClient.request(
            ["X": String(repeating: "long", count: 100)], body: Array(repeating: 1, count: 9000))
        let mutator = Mutator(Self.seeds + [long] + Self.lengths, tokens: Self.tokens)
        fuzz(mutator, cases: 400) { input in
            do {
                let client = try #require(FastCGIClient(path: test.path))
                client.send(input)
                _ = client.shutSending()
                let state = RecordSequence(input).state(bodyLimit: TestServer.bodyLimit)
                let isAnswered = client.reply().isComplete
                try require(
                    isAnswered == (state == .complete || state == .bodyTooLarge),
                    "\(state), and \(isAnswered ? "answered" : "not answered")")
            }
            let next = try #require(FastCGIClient(path: test.path)).ask(["X": "next"])
            try require(next.text == "next:", "the next request was not served")
        }
        #expect(test.server.isAlive(limit: .seconds(60)))
    }

    /// Nothing is sent to libfcgi here: what stands before it is asked, as a function, and compared with what the
    /// specification says.
    @Test func `records after the head`() throws {
        let heads = [[:], ["X": "1"], ["X": "1", "LONG": String(repeating: "v", count: 300)]].map {
            Array(FastCGIClient.request($0, body: []).dropLast(8))
        }
        let end = FastCGIClient.record(.input, [])
        let bodies = [1, 7, 8, 60, 100, 101].map { size in
            FastCGIClient.stream(.input, Array(repeating: 7, count: size))
        }
        let seeds = heads.flatMap { head in ([end] + bodies).map { head + $0 } }
        // Headers of empty records: STDIN, of another request, of the web server's own, DATA, an abort, padded, cut.
        let records: [[UInt8]] = [
            [5, 0, 1, 0, 0, 0, 0], [5, 0, 2, 0, 0, 0, 0], [9, 0, 0, 0, 0, 0, 0], [8, 0, 1, 0, 0, 0, 0],
            [2, 0, 1, 0, 0, 0, 0], [5, 0, 1, 0, 0, 8, 0], [5, 0, 1, 0, 4], [4, 0, 1, 0, 0, 0, 0],
        ]
        let tokens = Self.tokens + records.map { String(decoding: [1] + $0, as: UTF8.self) }
        fuzz(Mutator(seeds + Self.seeds + Self.lengths, tokens: tokens), cases: 4000) { input in
            func state(_ bytes: some Collection<UInt8>) -> RequestRecords.State {
                Array(bytes).withUnsafeBytes { RequestRecords($0, bodyLimit: 100).state }
            }
            let found = state(input)
            let expected = RecordSequence(input).state(bodyLimit: 100)
            try require(found == expected, "\(found), where the specification has \(expected)")
            // However much of it has come, what is decided stays decided.
            let cut = state(input.prefix(input.count * 2 / 3))
            try require(
                cut == .incomplete || cut == found || found == .malformed && cut == .complete,
                "\(cut) at two thirds, then \(found)")
        }
    }
}
