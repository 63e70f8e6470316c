import HTTPClient
import Testing

extension ContractTests {
    /// The headers of every answer.
    @Suite struct HeaderTests {
        let live: LiveInstallation
        let client: Client

        init() throws {
            live = try LiveInstallation.shared
            client = live.client()
        }

        @Test(arguments: [
            ("GET", "/v1/records?userId=alice"), ("GET", "/v1/records"), ("GET", "/nowhere"),
            ("DELETE", "/v1/records"),
            ("HEAD", "/v1/records?userId=alice"), ("GET", "/healthz"), ("GET", "/readyz"),
            ("GET", "/openapi.json"),
            ("OPTIONS", "/v1/records"),
        ])
        func `security headers and a request id are on every answer`(_ method: String, _ path: String) throws
        {
            let answer = try client.send(method, path)
            #expect(answer.values(of: "X-Request-Id").count == 1)
            #expect(answer.requestID.count == 32)
            #expect(answer.values(of: "X-Content-Type-Options") == ["nosniff"])
            #expect(answer["Strict-Transport-Security"]?.hasPrefix("max-age=31536000") == true)
            #expect(answer["Content-Security-Policy"]?.contains("default-src 'none'") == true)
            #expect(answer["X-Frame-Options"] == "DENY")
            #expect(answer["Server"] == "nginx", "no version")
            #expect(answer["X-Audit-Key-Id"] == nil, "for the log only")
        }

        @Test func `a page tells its type, tag, age, cache and timing`() throws {
            let answer = try client.records(["userId": "alice", "limit": "11"])
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            let tag = try #require(answer["ETag"])
            #expect(tag.hasPrefix("W/\"") && tag.hasSuffix("\""), "strong in gzip, in which it is kept")
            #expect(answer["Age"] == "0")
            let maxAge = try #require(answer["Cache-Control"]?.split(separator: "private, max-age=").first)
            #expect((285...300).contains(Int(maxAge) ?? 0), "shortened by chance, by a twentieth at most")
            #expect(answer["Cache-Status"] == "audit-query; fwd=miss; stored")
            let vary = answer.values(of: "Vary").joined(separator: ", ")
            for name in ["X-Api-Key", "Authorization", "Origin", "Accept-Encoding"] {
                #expect(vary.contains(name))
            }
            let timing = try #require(answer["Server-Timing"])
            for stage in ["auth;dur=", "cache;dur=", "store;dur="] { #expect(timing.contains(stage)) }
            #expect(answer["Content-Length"] == "\(answer.body.count)")
        }

        @Test func `the second ask is a hit, and the same worker answers it`() throws {
            for (number, method) in ["GET", "POST", "GET", "POST", "GET", "POST"].enumerated() {
                func ask() throws -> Answer {
                    method == "GET"
                        ? try client.records(["userId": "zoë", "limit": "\(20 + number)"])
                        : try client.query(["userId": "zoë", "limit": "\(20 + number)"])
                }
                let first = try ask()
                let second = try ask()
                #expect(first["Cache-Status"] == "audit-query; fwd=miss; stored")
                #expect(second["Cache-Status"]?.hasPrefix("audit-query; hit; ttl=") == true)
                #expect(first.body == second.body && first["ETag"] == second["ETag"])
                let workers = try [first, second].map {
                    try live.nginx.logged(requestID: $0.requestID)["worker"].string
                }
                #expect(workers[0] != nil && workers[0] == workers[1])
            }
        }

        @Test func `different queries are spread over both workers`() throws {
            let answers = try (0..<24).map { try client.records(["userId": "spread-\($0)"]) }
            let workers = Set(
                try answers.map { try live.nginx.logged(requestID: $0.requestID)["worker"].string ?? "" })
            #expect(workers.count == 2)
        }

        @Test func `no-cache reads the store and refreshes the entry`() throws {
            let query: KeyValuePairs = ["userId": "al_ice", "limit": "31"]
            _ = try client.records(query)
            for value in ["no-cache", "max-age=0"] {
                let fresh = try client.records(query, headers: ["Cache-Control": value])
                #expect(fresh["Cache-Status"] == "audit-query; fwd=request; stored")
            }
            #expect(try client.records(query)["Cache-Status"]?.contains("hit") == true)
        }

        @Test func `HEAD has the headers of GET and no body`() throws {
            for path in ["/v1/records?userId=alice&limit=12", "/healthz", "/openapi.json"] {
                let get = try client.get(path)
                let head = try client.send("HEAD", path)
                #expect(head.status == 200 && head.body.isEmpty)
                for name in ["Content-Type", "Content-Length", "ETag", "Cache-Control"] {
                    #expect(head[name] == get[name], "\(name) of \(path)")
                }
            }
            let wrong = try client.send("HEAD", "/v1/records?limit=0")
            #expect(wrong.status == 400 && wrong.body.isEmpty)
        }

        @Test func `If-None-Match answers 304 without a body`() throws {
            let first = try client.records(["userId": "alice", "limit": "13"])
            let tag = try #require(first["ETag"])
            let opaque = tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
            for candidates in [tag, opaque, "W/\(opaque)", "\"other\", \(tag)", "*"] {
                for method in ["GET", "HEAD"] {
                    let answer = try client.send(
                        method, "/v1/records?userId=alice&limit=13", headers: ["If-None-Match": candidates])
                    #expect(answer.status == 304 && answer.body.isEmpty, "\(candidates): \(answer)")
                    #expect(answer["ETag"] == tag)
                }
            }
            let other = try client.records(
                ["userId": "alice", "limit": "13"], headers: ["If-None-Match": "\"other\""])
            #expect(other.status == 200)
            let post = try client.post(
                "/v1/records/query", #"{"userId":"alice","limit":13}"#, headers: ["If-None-Match": tag])
            #expect(post.status == 200, "304 is for GET and HEAD")
        }

        /// RFC 9110 sections 9.3.2 and 15.4.5.
        @Test(
            arguments: [HTTPVersion.http1_1, .http2],
            [
                "gzip", "gzip, deflate, br", "br, GZIP", "br,gzip ;q=1.0", "gzip; q=0.001", "gzip;q=1",
                "", "br", "gzip;q=0", "gzip;q=0.000, br", "gzipped", "gzip;q=x", "*", "gzip;q=0, gzip",
                "identity",
            ])
        func `304 and HEAD have the tag and Vary of the 200`(_ version: HTTPVersion, _ codings: String) throws
        {
            let client = live.client(.admin, .init(httpVersion: version))
            let takesGzip =
                codings.lowercased().contains("gzip") && !["gzipped", "gzip;q=x"].contains(codings)
                && !codings.contains(/q=0(\.0*)?(,|$)/)
            // A page over 1024 bytes, and one under.
            for query in ["userId=alice&limit=14", "userId=nobody"] {
                let path = "/v1/records?\(query)"
                let plain = try client.get(path)
                let get = try client.get(path, headers: ["Accept-Encoding": codings])
                let isPacked = get["Content-Encoding"] == "gzip"
                #expect(isPacked == (takesGzip && plain.body.count >= 1024))
                // Strong in the form in which workers keep it, and the same as a weak one in the other.
                #expect((plain["ETag"] ?? "").hasPrefix("W/") == (plain.body.count >= 1024))
                #expect(
                    isPacked ? "W/" + (get["ETag"] ?? "") == plain["ETag"] : get["ETag"] == plain["ETag"])
                #expect(get["Content-Length"] == String(get.body.count), "also of what is unpacked")
                let head = try client.send("HEAD", path, headers: ["Accept-Encoding": codings])
                #expect(head.status == 200 && head["Content-Length"] == get["Content-Length"])
                let candidates = [plain["ETag"], get["ETag"], "*"].compactMap { $0 }
                let unchanged = try candidates.flatMap { candidate in
                    try ["GET", "HEAD"].map { method in
                        try client.send(
                            method, path,
                            headers: ["Accept-Encoding": codings, "If-None-Match": candidate])
                    }
                }
                #expect(unchanged.allSatisfy { $0.status == 304 && $0.body.isEmpty })
                for answer in [head] + unchanged {
                    #expect(answer["ETag"] == get["ETag"], "\(codings), \(query): \(answer)")
                    #expect(answer.values(of: "Vary") == get.values(of: "Vary"))
                    #expect(answer["Cache-Control"] == get["Cache-Control"])
                }
            }
        }

        @Test func `gzip makes pages small, and says that they differ by it`() throws {
            let plain = try client.records(["userId": "alice", "limit": "14"])
            let packed = try client.records(
                ["userId": "alice", "limit": "14"], headers: ["Accept-Encoding": "gzip"])
            #expect(packed["Content-Encoding"] == "gzip")
            #expect(packed.body.count < plain.body.count / 4)
            for answer in [plain, packed, try client.get("/openapi.json")] {
                let vary = answer.values(of: "Vary").joined(separator: ", ")
                #expect(vary.split(separator: ", ").count { $0 == "Accept-Encoding" } == 1, "\(vary)")
            }
            let description = try client.send(
                "HEAD", "/openapi.json", headers: ["Accept-Encoding": "gzip"])
            #expect(description.status == 200 && description["Content-Encoding"] == "gzip")
            let decoded = try client.send("GET", "/v1/records?userId=alice&limit=14", decodesGzip: true)
            #expect(decoded.body == plain.body)
        }
    }
}
