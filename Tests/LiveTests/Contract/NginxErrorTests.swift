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
        func `A body over 16 KiB is 413`(_ version: HTTPVersion) throws {
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
        func `A URI over 16384 characters is 414`(_ version: String) throws {
            let path = "/v1/records?cursor="
            for (length, type) in [
                (16_384, "invalid-parameters"), (16_385, "uri-too-long"), (40_000, "uri-too-long"),
            ] {
                let padding = String(repeating: "x", count: length - path.utf8.count)
                let problem = try curl([version], path: path + padding)
                #expect(problem["type"].string == "urn:audit-query:problem:\(type)", "\(length): \(problem)")
            }
        }

        @Test func `Plain http is 400, and told to use TLS`() throws {
            let answer = try live.client(.admin, .init(scheme: "http")).get("/v1/records?userId=alice")
            try answer.expectProblem(400, "bad-request")
            #expect(answer.text.contains("https://"))
            #expect(answer["Strict-Transport-Security"] == nil, "only behind TLS")
        }

        @Test func `A request that is none is 400`() throws {
            try client.get("/v1/records/%00").expectProblem(400, "bad-request")
            try client.get("/v1/records/%zz").expectProblem(400, "bad-request")
        }

        @Test func `Headers that are too large are 431`() throws {
            let padding = "X-Padding: " + String(repeating: "x", count: 70_000)
            let problem = try curl(["--http1.1", "--header", padding], path: "/v1/records?userId=alice")
            #expect(problem["type"].string == "urn:audit-query:problem:header-fields-too-large", "\(problem)")
            #expect(problem["status"].int == 431)
        }

        @Test func `A chunked body is answered like one with a length`() throws {
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
