import HTTPClient
import TestSupport
import Testing

@Suite struct HTTPSecretTests {
    private let secrets = [
        "TheHeader", "ThePassword", "TheQuery", "TheBody",
    ]

    private func request(url: String) -> HTTPRequest {
        HTTPRequest(
            method: "POST", url: url, headers: ["X-Api-Key": "TheHeader", "Content-Type": "a/b"],
            body: Array("TheBody".utf8), deadline: .soon)
    }

    private func expectNoSecret(in value: some Any, sourceLocation: SourceLocation = #_sourceLocation) {
        var dumped = ""
        dump(value, to: &dumped)
        for text in ["\(value)", String(reflecting: value), dumped] {
            for secret in secrets {
                #expect(!text.contains(secret), "\(text)", sourceLocation: sourceLocation)
            }
        }
    }

    @Test func `neither printing, debugging nor dumping shows a secret`() throws {
        let request = request(url: "https://user:ThePassword@example.com:8443/path?token=TheQuery#TheQuery")
        expectNoSecret(in: request)
        expectNoSecret(in: [request])
        expectNoSecret(in: request.headers)
        expectNoSecret(in: Array(request.headers))
        #expect("\(request)" == "POST https://example.com:8443/path [X-Api-Key, Content-Type] 7 bytes")
        var configuration = HTTPClient.Configuration()
        configuration.proxy = "http://user:ThePassword@proxy:3128"
        expectNoSecret(in: configuration)
        #expect("\(configuration)".contains("http://proxy:3128/"))
    }

    @Test func `an answer's header and body are not shown either`() throws {
        let script: ScriptedServer.Script = { connection in
            connection.readRequest()
            connection.answer("200 OK", "X-Token: TheHeader\r\n", body: Array("TheBody".utf8))
        }
        try withServer(script: script) { server in
            let response = try HTTPClient().perform(HTTPRequest(url: server.url(), deadline: .soon))
            expectNoSecret(in: response)
            #expect("\(response)" == "HTTP/1.1 200 [X-Token, Content-Length] 7 bytes")
        }
    }

    @Test func `no error shows a secret`() throws {
        let script: ScriptedServer.Script = { connection in
            let line = connection.readRequest()?.line ?? ""
            // A server that says back what it was told, in a place that libcurl quotes.
            connection.send("\(line) TheQuery TheHeader\r\n\r\n")
        }
        try withServer(script: script) { server in
            let path = "?token=TheQuery"
            for url in [
                server.url(path), "http://u:ThePassword@127.0.0.1:\(server.port)/\(path)",
                "http://u:ThePassword@127.0.0.1:1/\(path)",
                "http://u:ThePassword@no-such-host.invalid/\(path)",
                "https://u:ThePassword@127.0.0.1:\(server.port)/\(path)", "http://u:ThePassword@/?\(path)",
                "ftp://u:ThePassword@127.0.0.1/\(path)", "u:ThePassword@127.0.0.1/\(path)",
            ] {
                var request = request(url: url)
                request.deadline = .now + .milliseconds(500)
                expectNoSecret(in: try failure(of: request).error)
            }
        }
    }

    @Test func `a fault in a header is told without its value`() throws {
        var request = request(url: "http://127.0.0.1:1/")
        request.headers.append(name: "X-Api-Key", value: "TheHeader\n")
        let (error, _) = try failure(of: request)
        #expect(error.message == "the value of X-Api-Key has control characters")
    }
}
