import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite(.enabled(if: TLSServer.isAvailable, "nginx and openssl are needed"))
struct HTTPTLSTests {
    private let server: TLSServer

    init() throws { server = try TLSServer() }

    private func client(
        _ versions: ClosedRange<TLSVersion> = .tls1_2 ... .tls1_3,
        trusting caFile: String?,
        http: HTTPVersion = .http1_1
    ) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.tlsVersions = versions
        configuration.caFile = caFile
        configuration.httpVersion = http
        return HTTPClient(configuration)
    }

    private func request(_ socket: String, host: String = "localhost") -> HTTPRequest {
        HTTPRequest(url: "https://\(host)/", deadline: .soon, unixSocketPath: socket)
    }

    @Test func `HTTP 1 over TLS 1.3 by default, the second request on the same connection`() throws {
        let client = client(trusting: server.certificate)
        let first = try client.perform(request(server.modern))
        #expect(first.body == Array("HTTP/1.1 TLSv1.3 .".utf8))
        #expect(first.version == .http1_1)
        let second = try client.perform(request(server.modern))
        #expect(second.reusedConnection)
    }

    @Test func `HTTP 2`() throws {
        let client = client(trusting: server.certificate, http: .http2)
        for reused in [false, true] {
            let response = try client.perform(request(server.modern))
            #expect(response.body.starts(with: "HTTP/2.0 TLSv1.3".utf8))
            #expect(response.version == .http2)
            #expect(response.status == 200)
            #expect(response.headers["content-length"] == "\(response.body.count)")
            #expect(response.reusedConnection == reused)
        }
        var head = request(server.modern)
        head.method = "HEAD"
        #expect(try client.perform(head).body.isEmpty)
    }

    @Test(arguments: [(TLSVersion.tls1_2, "TLSv1.2"), (.tls1_3, "TLSv1.3")])
    func `one version only`(version: TLSVersion, name: String) throws {
        let response = try client(version...version, trusting: server.certificate).perform(
            request(server.modern))
        #expect(response.body.starts(with: "HTTP/1.1 \(name)".utf8))
    }

    @Test func `TLS 1.1 is refused by this client, and by a server when this client offers it`() throws {
        // That the pair can speak it shows that a refusal is the other side's.
        let old = client(.tls1_1 ... .tls1_1, trusting: server.certificate)
        #expect(try old.perform(request(server.outdated)).body == Array("HTTP/1.1 TLSv1.1".utf8))
        let (refused, _) = try failure(of: request(server.modern), client: old)
        #expect(refused.code == .tls)
        #expect(refused.message.contains("alert protocol version"), "\(refused)")

        let modern = client(trusting: server.certificate)
        let (error, _) = try failure(of: request(server.outdated), client: modern)
        #expect(error.code == .tls)
        #expect(error.stage == .tls)
        #expect(!error.requestMayHaveReachedServer)
    }

    @Test func `a certificate that the roots do not know, or of another name`() throws {
        let (unknown, _) = try failure(of: request(server.modern), client: client(trusting: nil))
        #expect(unknown.code == .tls)
        #expect(unknown.stage == .tls)
        #expect(!unknown.requestMayHaveReachedServer)

        let client = client(trusting: server.certificate)
        let (name, _) = try failure(of: request(server.modern, host: "example.com"), client: client)
        #expect(name.code == .tls)
        #expect(name.message.contains("example.com"))
    }

    @Test func `a CA file alone is trusted, and must be there`() throws {
        // A file of roots that are not this server's takes the place of the system's.
        let (error, _) = try failure(
            of: request(server.modern), client: client(trusting: "/nonexistent/roots.pem"))
        #expect(error.code == .tls)
        #expect(!error.requestMayHaveReachedServer)
        #expect(error.message.contains("/nonexistent/roots.pem"), "\(error)")
    }

    @Test(arguments: [TLSVersion.tls1_2, .tls1_3])
    func `a new handle resumes the session of another`(version: TLSVersion) throws {
        let client = client(version...version, trusting: server.certificate)
        #expect(try client.perform(request(server.modern)).body.last == UInt8(ascii: "."))
        // Another origin for the pool, the same host for the sessions.
        let link = server.modern + "-too"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: server.modern)
        let second = try client.perform(request(link))
        #expect(!second.reusedConnection)
        #expect(second.body.last == UInt8(ascii: "r"))
    }

    @Test func `TLS to a server that speaks none`() throws {
        try withServer { connection in
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        } _: { server in
            let url = "https://127.0.0.1:\(server.port)/"
            let (error, _) = try failure(of: HTTPRequest(url: url, deadline: .soon))
            #expect(error.code == .tls)
            #expect(error.stage == .tls)
        }
    }

    @Test func `a server that hangs up in the handshake`() throws {
        try withServer { connection in
            connection.waitForBytes()
            connection.resetAtEnd()
        } _: { server in
            let url = "https://127.0.0.1:\(server.port)/"
            let (error, _) = try failure(of: HTTPRequest(url: url, deadline: .soon))
            #expect([.tls, .reset].contains(error.code), "\(error)")
            #expect(!error.requestMayHaveReachedServer)
        }
    }

    @Test func `32 threads share sessions`() throws {
        let client = client(trusting: server.certificate)
        let faults = Faults()
        let done = DispatchGroup()
        for _ in 0..<32 {
            done.enter()
            let request = request(server.modern)
            Thread.detachNewThread {
                defer { done.leave() }
                for _ in 0..<10 {
                    do throws(HTTPClientError) {
                        if try client.perform(request).status != 200 { faults.add("status") }
                    } catch { faults.add("\(error)") }
                }
            }
        }
        done.wait()
        #expect(faults.all == [])
    }
}
