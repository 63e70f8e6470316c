import HTTPClient
import Testing

extension ContractTests {
    /// Browsers: the origins of the allow-list may call, no other may.
    @Suite struct CORSTests {
        let live: LiveInstallation
        let client: Client
        static let allowed = "https://console.example.com"

        init() throws {
            live = try LiveInstallation.shared
            client = live.client()
        }

        @Test func `an allowed origin may read the answer and its headers`() throws {
            for path in ["/v1/records?userId=alice", "/v1/records", "/healthz"] {
                let answer = try client.get(path, headers: ["Origin": Self.allowed])
                #expect(answer["Access-Control-Allow-Origin"] == Self.allowed)
                let exposed = answer["Access-Control-Expose-Headers"] ?? ""
                for name in ["ETag", "Age", "Cache-Status", "X-Request-Id", "Retry-After"] {
                    #expect(exposed.contains(name))
                }
                #expect(answer["Access-Control-Allow-Credentials"] == nil)
            }
        }

        @Test(arguments: [
            "https://evil.example.com", "https://console.example.com.evil.org", "http://console.example.com",
            "null",
            "https://CONSOLE.example.com:8443",
        ])
        func `a foreign origin gets no CORS header`(_ origin: String) throws {
            for answer in [
                try client.get("/v1/records?userId=alice", headers: ["Origin": origin]),
                try client.send(
                    "OPTIONS", "/v1/records",
                    headers: ["Origin": origin, "Access-Control-Request-Method": "GET"]),
            ] {
                #expect(!answer.headers.contains { $0.name.lowercased().hasPrefix("access-control-") })
                #expect(answer.values(of: "Vary").contains { $0.contains("Origin") })
            }
        }

        @Test func `a preflight is answered by nginx, without key and worker`() throws {
            let answer = try live.client(.none).send(
                "OPTIONS", "/v1/records/query",
                headers: [
                    "Origin": Self.allowed, "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "x-api-key,content-type",
                ])
            #expect(answer.status == 204 && answer.body.isEmpty)
            #expect(answer["Access-Control-Allow-Origin"] == Self.allowed)
            for method in ["GET", "HEAD", "POST"] {
                #expect(answer["Access-Control-Allow-Methods"]?.contains(method) == true)
            }
            for header in ["X-Api-Key", "Authorization", "Content-Type", "If-None-Match", "Cache-Control"] {
                #expect(answer["Access-Control-Allow-Headers"]?.contains(header) == true)
            }
            #expect(answer["Access-Control-Max-Age"] != nil)
            #expect(try live.nginx.logged(requestID: answer.requestID)["worker"].string == "")
        }

        @Test func `an OPTIONS that is no preflight is 405`() throws {
            let answer = try client.send("OPTIONS", "/v1/records", headers: ["Origin": Self.allowed])
            try answer.expectProblem(405, "method-not-allowed")
        }
    }
}
