import Foundation
import HTTPClient
import TestSupport
import Testing

extension ContractTests {
    /// The errors that nginx makes by itself look like the worker's.
    @Suite struct NginxErrorTests {
        let live: LiveInstallation
        let client: Client

        init() throws {
            live = try LiveInstallation.shared
            client = live.client()
        }

        @Test(arguments: [HTTPVersion.http1_1, .http2])
        func `a body over 16 KiB is 413`(_ version: HTTPVersion) throws {
            let client = live.client(.admin, .init(httpVersion: version))
            let fits = #"{"userId":"alice","limit":1}"#
            let padding = String(repeating: " ", count: 16 * 1024 - fits.utf8.count)
            #expect(try client.post("/v1/records/query", fits + padding).status == 200)
            for more in [1, 20_000, 200_000] {
                let answer = try client.post(
                    "/v1/records/query", fits + padding + String(repeating: " ", count: more))
                try answer.expectProblem(413, "content-too-large")
            }
        }

        @Test(arguments: ["--http1.1", "--http2"])
        func `a URI over 16384 characters is 414`(_ version: String) throws {
            let path = "/v1/records?cursor="
            for (length, type) in [
                (16_384, "invalid-parameters"), (16_385, "uri-too-long"), (40_000, "uri-too-long"),
            ] {
                let padding = String(repeating: "x", count: length - path.utf8.count)
                let problem = try curl([version], path: path + padding)
                #expect(problem["type"].string == "urn:audit-query:problem:\(type)", "\(length): \(problem)")
            }
        }

        @Test func `plain http is 400, and told to use TLS`() throws {
            let answer = try live.client(.admin, .init(scheme: "http")).get("/v1/records?userId=alice")
            try answer.expectProblem(400, "bad-request")
            #expect(answer.text.contains("https://"))
            #expect(answer["Strict-Transport-Security"] == nil, "only behind TLS")
        }

        @Test func `a request that is none is 400`() throws {
            try client.get("/v1/records/%00").expectProblem(400, "bad-request")
            try client.get("/v1/records/%zz").expectProblem(400, "bad-request")
        }

        @Test func `headers that are too large are 431`() throws {
            let padding = "X-Padding: " + String(repeating: "x", count: 70_000)
            let problem = try curl(["--http1.1", "--header", padding], path: "/v1/records?userId=alice")
            #expect(problem["type"].string == "urn:audit-query:problem:header-fields-too-large", "\(problem)")
            #expect(problem["status"].int == 431)
        }

        /// All parameters go to a worker as one record of 65,535 bytes at most: nginx answers 500 where they do not fit.
        @Test(arguments: ["--http1.1", "--http2"])
        func `URI and headers together are 431 before they are too large for a worker`(_ version: String)
            throws
        {
            func ask(uri: Int, header: Int, lines: Int = 1) throws -> JSONValue {
                let path = "/v1/records?userId=alice&resourceId="
                // Not all one character: HTTP/2 packs those the tightest.
                let noise = (0..<max(uri, header)).map { String($0 * 7919 % 36, radix: 36) }.joined()
                let headers = (0..<lines).flatMap {
                    ["--header", "X-\($0): \(noise.prefix(header / lines))"]
                }
                return try curl([version] + headers, path: path + noise.prefix(uri - path.utf8.count))
            }
            for (uri, header, lines) in [
                (100, 13_000, 1), (8_100, 4_000, 40), (8_300, 11_000, 1), (16_384, 5_000, 20),
            ] {
                let answer = try ask(uri: uri, header: header, lines: lines)
                // An id of more than 1024 bytes is refused by a worker.
                #expect(
                    uri == 100
                        ? answer["count"].int == 0 : answer["errors"][0]["parameter"].string == "resourceId",
                    "\(uri), \(header): \(answer)")
            }
            for (uri, header, lines) in [
                (100, 24_000, 1), (16_000, 34_000, 1), (16_000, 34_000, 30), (16_384, 20_000, 500),
            ] {
                let answer = try ask(uri: uri, header: header, lines: lines)
                #expect(answer["status"].int == 431, "\(uri), \(header): \(answer)")
            }
            for (uri, header) in [(16_385, 0), (16_385, 13_000)] {
                #expect(try ask(uri: uri, header: header)["status"].int == 414)
            }
            #expect(!live.place.folder.text("nginx/error.log").contains("[alert]"))
        }

        @Test func `all lines that may come fit a worker's record, and one more byte is 431`() throws {
            let start = "GET /v1/records?userId=alice&limit=1"
            let rest = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Api-Key: \(live.adminKeys[0])\r\n"
            // The shortest line is two bytes, and eight as a parameter.
            let short = String(repeating: "a\n", count: 980)
            for (uri, most, taken) in [
                ("", 15_999, 200), ("&resourceId=" + String(repeating: "x", count: 8160), 21_999, 400),
            ] {
                let line = start + uri + rest
                for (length, status) in [(most - 1, taken), (most, taken), (most + 1, 431)] {
                    let left = length - line.utf8.count - short.utf8.count - "X:\n\r\n".utf8.count
                    let request = line + short + "X:" + String(repeating: "x", count: left) + "\n\r\n"
                    #expect(request.utf8.count == length)
                    let answer = try raw(request)
                    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(length): \(answer.prefix(300))")
                }
            }
            // As many lines as nginx takes; before it had such a limit, they fit too.
            let lines = String(repeating: "a\n", count: 7900)
            #expect(try !raw(start + rest + lines + "\r\n").hasPrefix("HTTP/1.1 5"))
            #expect(!live.place.folder.text("nginx/error.log").contains("[alert]"))
        }

        /// The answer to a request that no client would send.
        private func raw(_ request: String) throws -> String {
            try live.place.run(
                ["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:\(live.nginx.port)"],
                input: Data(request.utf8)
            ).output
        }

        @Test func `a chunked body is answered like one with a length`() throws {
            let page = try curl(
                [
                    "--http1.1", "--header", "Content-Type: application/json", "--header",
                    "Transfer-Encoding: chunked", "--data", #"{"userId":"alice","limit":1}"#,
                ], path: "/v1/records/query")
            #expect(page["count"].int == 1, "\(page)")
        }

        /// The body of the answer to the curl program, where HTTPClient cannot send such a request.
        private func curl(_ options: [String], path: String) throws -> JSONValue {
            let outcome = try live.place.run(
                [
                    "curl", "--silent", "--show-error", "--cacert", live.nginx.authorityPath, "--header",
                    "X-Api-Key: \(live.adminKeys[0])",
                ] + options + ["https://127.0.0.1:\(live.nginx.port)\(path)"])
            guard outcome.status == 0 else { throw Failure("curl: \(outcome)") }
            return try JSONValue(Data(outcome.output.utf8))
        }
    }
}
