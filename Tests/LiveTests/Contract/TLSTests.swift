import HTTPClient
import Testing

extension ContractTests {
    /// What nginx speaks before any request.
    @Suite struct TLSTests {
        let live: LiveInstallation

        init() throws {
            live = try LiveInstallation.shared
        }

        @Test(arguments: [TLSVersion.tls1_0, .tls1_1])
        func `old TLS is refused`(_ version: TLSVersion) throws {
            let client = live.client(.none, .init(tlsVersions: version...version))
            let error = #expect(throws: HTTPClientError.self) { try client.get("/healthz") }
            #expect(error?.code == .tls)
            // The server refuses, not the client.
            #expect(error?.message.contains("alert") == true, "\(String(describing: error))")
        }

        @Test(arguments: [TLSVersion.tls1_2, .tls1_3], [HTTPVersion.http1_1, .http2])
        func `TLS 1_2 and 1_3 are accepted, with HTTP 1_1 and 2`(_ version: TLSVersion, _ http: HTTPVersion)
            throws
        {
            let client = live.client(.admin, .init(tlsVersions: version...version, httpVersion: http))
            let answer = try client.records(["userId": "alice", "limit": "1"])
            #expect(answer.status == 200)
            #expect(answer.version == http)
            let line = try live.nginx.logged(requestID: answer.requestID)
            #expect(line["tls"].string == (version == .tls1_2 ? "TLSv1.2" : "TLSv1.3"))
            #expect(line["protocol"].string == (http == .http2 ? "HTTP/2.0" : "HTTP/1.1"))
        }

        @Test func `only ciphers with forward secrecy and authentication are taken`() throws {
            for (cipher, accepted) in [
                ("ECDHE-ECDSA-AES128-GCM-SHA256", true), ("ECDHE-ECDSA-AES128-SHA", false),
                ("AES128-GCM-SHA256", false),
            ] {
                let outcome = try live.place.run([
                    "openssl", "s_client", "-connect", "127.0.0.1:\(live.nginx.port)", "-tls1_2", "-cipher",
                    cipher,
                    "-CAfile", live.nginx.authorityPath, "-verify_return_error",
                ])
                #expect((outcome.status == 0) == accepted, "\(cipher): \(outcome)")
            }
        }
    }
}
