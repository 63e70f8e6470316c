import HTTPClient
import TestSupport
import Testing

extension ContractTests {
    /// Header lines of one name: one list (RFC 9110 section 5.3), or 400. nginx before 1.23 shows its configuration the
    /// first of them alone.
    @Suite struct HeaderLineTests {
        let live: LiveInstallation

        init() throws {
            live = try LiveInstallation.shared
        }

        private static let versions = [HTTPVersion.http1_1, .http2]

        private func lines(_ name: String, _ values: [String]) -> HTTPHeaders {
            HTTPHeaders(values.map { HTTPHeaders.Field(name: name, value: $0) })
        }

        @Test(
            arguments: versions,
            [
                (["text/html", "application/json"], 200), (["application/json", "text/html"], 200),
                (["text/html", "image/*", "*/*;q=0.1"], 200), (["text/html", "image/*"], 406),
                (["*/*", "application/json;q=0"], 406),
            ])
        func `lines of Accept are one list`(_ version: HTTPVersion, _ lines: ([String], Int)) throws {
            let client = live.client(.admin, .init(httpVersion: version))
            let answer = try client.get(
                "/v1/records?userId=alice", headers: self.lines("Accept", lines.0))
            #expect(answer.status == lines.1, "\(lines.0): \(answer)")
        }

        @Test(
            arguments: versions,
            [["max-age=60", "no-cache"], ["no-cache", "max-age=60"], ["x", "y, max-age=0"]])
        func `lines of Cache-Control are one list`(_ version: HTTPVersion, _ lines: [String]) throws {
            let client = live.client(.admin, .init(httpVersion: version))
            _ = try client.get("/v1/records?userId=alice&limit=61")
            let answer = try client.get(
                "/v1/records?userId=alice&limit=61", headers: self.lines("Cache-Control", lines))
            #expect(answer["Cache-Status"] == "audit-query; fwd=request; stored", "\(lines): \(answer)")
        }

        @Test(arguments: versions)
        func `two lines of X-Api-Key are 400, whichever is the right one`(_ version: HTTPVersion) throws {
            let key = live.adminKeys[0]
            let client = live.client(.none, .init(httpVersion: version))
            for values in [
                [key, key], ["bogus", key], [key, "bogus"], ["", key], [key, ""], [" ", "x", key],
            ] {
                var headers = lines("X-Api-Key", values)
                for bearer in [nil, key] {
                    if let bearer { headers.append(name: "Authorization", value: "Bearer \(bearer)") }
                    let answer = try client.get("/v1/records?userId=alice", headers: headers)
                    try answer.expectProblem(400, "invalid-parameters")
                    #expect(answer.faultyParameters == ["X-Api-Key"])
                }
            }
        }

        @Test(arguments: versions, ["Authorization", "If-None-Match"])
        func `two lines of what nginx itself takes once are 400`(_ version: HTTPVersion, _ name: String)
            throws
        {
            let client = live.client(.admin, .init(httpVersion: version))
            let value = name == "Authorization" ? "Bearer \(live.adminKeys[0])" : "\"x\""
            let answer = try client.get("/v1/records?userId=alice", headers: lines(name, [value, value]))
            try answer.expectProblem(400, "bad-request")
            #expect(answer.text.contains("once"))
        }

        @Test(arguments: versions)
        func `two lines of Content-Type are 400`(_ version: HTTPVersion) throws {
            let client = live.client(.admin, .init(httpVersion: version))
            for values in [["application/json", "application/json"], ["application/json", "text/plain"]] {
                let answer = try client.send(
                    "POST", "/v1/records/query", headers: lines("Content-Type", values),
                    body: #"{"userId":"alice"}"#)
                try answer.expectProblem(400, "invalid-parameters")
                #expect(answer.faultyParameters == ["Content-Type"])
            }
        }

        @Test(arguments: versions, [["gzip"], ["identity", "gzip"], ["br", "identity"]])
        func `a coded body is 415, on any line`(_ version: HTTPVersion, _ codings: [String]) throws {
            let client = live.client(.admin, .init(httpVersion: version))
            let answer = try client.post(
                "/v1/records/query", #"{"userId":"alice"}"#, headers: lines("Content-Encoding", codings))
            try answer.expectProblem(415, "unsupported-media-type")
            #expect(answer["Accept-Encoding"] == "identity")
            let plain = try client.post(
                "/v1/records/query", #"{"userId":"alice"}"#, headers: ["Content-Encoding": "identity"])
            #expect(plain.status == 200)
        }
    }
}
