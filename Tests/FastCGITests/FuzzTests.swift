import FastCGI
import TestSupport
import Testing

/// What a web server sends, changed at random: the server answers or closes, and serves the next.
@Suite struct FuzzTests {
    @Test func `Records and parameters`() throws {
        let test = try TestServer.echo(threads: 2)
        let seeds = [
            FastCGIClient.request(["X": "hello", "REQUEST_METHOD": "GET"], body: []),
            FastCGIClient.request(
                ["X": "post", "CONTENT_TYPE": "application/json"], body: Array("{\"userId\":\"u\"}".utf8)),
            FastCGIClient.request(
                ["X": String(repeating: "long", count: 100)], body: Array(repeating: 1, count: 9000)),
            FastCGIClient.request([:], body: [], keepAlive: false)
                + FastCGIClient.request(["X": "second"], body: [], keepAlive: false),
        ]
        let tokens = [
            "\u{1}\u{1}\u{0}\u{1}", "\u{1}\u{4}\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}", "\u{7F}", "CONTENT_LENGTH",
            "\u{0}",
        ]
        let mutator = Mutator(seeds + [[0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0]], tokens: tokens)
        fuzz(mutator, cases: 400) { input in
            do {
                let client = try #require(FastCGIClient(path: test.path))
                client.send(input)
                _ = client.shutSending()
                // Until the server has said all that it has to say.
                while client.reply().isComplete {}
            }
            let next = try #require(FastCGIClient(path: test.path)).ask(["X": "next"])
            try require(next.text == "next:", "the next request was not served")
        }
        #expect(test.server.isAlive(limit: .seconds(60)))
    }
}
