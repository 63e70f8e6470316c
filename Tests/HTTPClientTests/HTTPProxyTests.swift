import Glibc
import HTTPClient
import TestSupport
import Testing

@Suite struct HTTPProxyTests {
    @Test func `the configured proxy gets the request`() throws {
        try withServer {
            $0.readRequest(); $0.answer()
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.proxy = "http://127.0.0.1:\(server.port)"
            let request = HTTPRequest(url: "http://dynamodb.example/x", deadline: .soon)
            _ = try HTTPClient(configuration).perform(request)
            #expect(server.requests.first?.line == "GET http://dynamodb.example/x HTTP/1.1")
        }
    }

    @Test func `a proxy that refuses a tunnel`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.answer("403 Forbidden")
        } _: { server in
            var configuration = HTTPClient.Configuration()
            configuration.proxy = "http://127.0.0.1:\(server.port)"
            let request = HTTPRequest(url: "https://dynamodb.example/x", deadline: .soon)
            let (error, _) = try failure(of: request, client: HTTPClient(configuration))
            #expect(error.code == .couldNotConnect, "\(error)")
        }
    }

    @Test func `proxies of the environment are not used, nor its exceptions`() async {
        await #expect(processExitsWith: .success) {
            // Port 1: nobody is there.
            for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
                setenv(name, "http://127.0.0.1:1", 1)
            }
            let server = try ScriptedServer {
                $0.readRequest(); $0.answer()
            }
            _ = try HTTPClient().perform(HTTPRequest(url: server.url(), deadline: .soon))
            try #require(server.requests.first?.line == "GET / HTTP/1.1")

            setenv("no_proxy", "*", 1)
            var configuration = HTTPClient.Configuration()
            configuration.proxy = server.url()
            _ = try HTTPClient(configuration).perform(HTTPRequest(url: "http://x.invalid/", deadline: .soon))
            try #require(server.requests.last?.line == "GET http://x.invalid/ HTTP/1.1")
        }
    }
}
