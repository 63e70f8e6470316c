import HTTPClient
import TestSupport
import Testing

@Suite struct HTTPReuseTests {
    private func client(_ configure: (inout HTTPClient.Configuration) -> Void) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configure(&configuration)
        return HTTPClient(configuration)
    }

    @Test func `one connection carries request after request`() throws {
        try withServer { connection in
            while connection.readRequest() != nil { connection.answer(body: [1, 2, 3]) }
        } _: { server in
            let client = HTTPClient()
            for index in 0..<20 {
                let method = ["GET", "POST", "PUT"][index % 3]
                let request = HTTPRequest(method: method, url: server.url("/\(index)"), deadline: .soon)
                let response = try client.perform(request)
                #expect(response.reusedConnection == (index > 0))
            }
            #expect(server.connections == 1)
            #expect(client.idleHandles == 1)
        }
    }

    @Test func `no option of one request is left for the next`() throws {
        try withServer { connection in
            while connection.readRequest() != nil { connection.answer() }
        } _: { server in
            let client = HTTPClient()
            let first = HTTPRequest(
                method: "POST", url: server.url(), headers: ["X-Secret": "1", "Content-Type": "a/b"],
                body: [1, 2, 3], deadline: .soon, decodesGzip: true)
            _ = try client.perform(first)
            _ = try client.perform(HTTPRequest(url: server.url(), deadline: .soon))
            #expect(server.connections == 1)
            let second = try #require(server.requests.last)
            #expect(second.line == "GET / HTTP/1.1")
            #expect(second.headers.map { $0.name } == ["Host", "Accept"])
        }
    }

    @Test func `a kept connection that the server closed is replaced without an error`() throws {
        try withServer { connection in
            connection.readRequest()
            connection.answer()
        } _: { server in
            let client = HTTPClient()
            for _ in 0..<5 {
                let response = try client.perform(HTTPRequest(url: server.url(), deadline: .soon))
                #expect(response.status == 200)
            }
            #expect(server.connections == 5)
            #expect(server.requests.count == 5)
        }
    }

    @Test(arguments: ["GET", "POST"])
    func `a kept connection that closes on the next request: sent once more on a new one`(method: String)
        throws
    {
        try withServer { connection in
            connection.readRequest()
            connection.answer()
            // Closes in the middle of the exchange, as a server that times out just then does.
            if connection.number == 1 { connection.readRequest() } else { connection.waitForClose() }
        } _: { server in
            let client = HTTPClient()
            let request = HTTPRequest(method: method, url: server.url(), deadline: .soon)
            _ = try client.perform(request)
            let response = try client.perform(request)
            #expect(response.status == 200)
            #expect(!response.reusedConnection)
            #expect(server.connections == 2)
            #expect(server.requests.count == 3)
        }
    }

    @Test func `an answer that says close is the connection's last`() throws {
        try withServer { connection in
            while connection.readRequest() != nil { connection.answer("200 OK", "Connection: close\r\n") }
        } _: { server in
            let client = HTTPClient()
            for _ in 0..<3 { _ = try client.perform(HTTPRequest(url: server.url(), deadline: .soon)) }
            #expect(server.connections == 3)
        }
    }

    @Test func `an error closes the connection`() throws {
        try withServer { connection in
            while let request = connection.readRequest() {
                if request.line.contains("/hang") { connection.waitForClose() } else { connection.answer() }
            }
        } _: { server in
            let client = HTTPClient()
            _ = try client.perform(HTTPRequest(url: server.url(), deadline: .soon))
            let hang = HTTPRequest(url: server.url("/hang"), deadline: .now + .milliseconds(500))
            #expect(try failure(of: hang, client: client).error.code == .timeout)
            #expect(client.idleHandles == 0)
            let response = try client.perform(HTTPRequest(url: server.url(), deadline: .soon))
            #expect(!response.reusedConnection)
            #expect(server.connections == 2)
        }
    }

    @Test func `each origin has its own connections`() throws {
        let script: ScriptedServer.Script = { connection in
            while connection.readRequest() != nil { connection.answer() }
        }
        try withServer(script: script) { first in
            try withServer(script: script) { second in
                let client = HTTPClient()
                for index in 0..<6 {
                    let url = index.isMultiple(of: 2) ? first.url() : second.url()
                    let response = try client.perform(HTTPRequest(url: url, deadline: .soon))
                    #expect(response.reusedConnection == (index > 1))
                }
                #expect(first.connections == 1)
                #expect(second.connections == 1)
                #expect(client.idleHandles == 2)
            }
        }
    }

    @Test func `no idle handles, and none that idled too long`() throws {
        try withServer { connection in
            while connection.readRequest() != nil { connection.answer() }
        } _: { server in
            for client in [
                client { $0.maximumIdleHandles = 0 }, client { $0.maximumIdleTime = .zero },
            ] {
                for _ in 0..<3 {
                    let response = try client.perform(HTTPRequest(url: server.url(), deadline: .soon))
                    #expect(!response.reusedConnection)
                    #expect(client.idleHandles == 0)
                }
            }
        }
    }
}
