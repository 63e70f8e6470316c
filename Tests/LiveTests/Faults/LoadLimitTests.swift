import Foundation
import Glibc
import HTTPClient
import TestSupport
import Testing

/// Many requests at once, and too many.
@Suite(.live, .logsOnFailure)
struct LoadLimitTests {
    @Test func `a thousand requests in flight at once are all answered`() throws {
        // Each worker lets 320 requests read the store at a time, so a thousand misses need four.
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines, workers: 4)) { live in
            let answers = try Volley.fire(1000, at: live) { number, client in
                try client.records(["userId": "alice", "limit": "\(number % 800 + 1)"])
            }
            #expect(answers.map(\.status) == Array(repeating: 200, count: 1000))
            let expected = try GeneratedRecords.model.get().matching(user: "alice").map(\.fields)
            for (number, answer) in answers.enumerated() where number % 50 == 0 {
                let page = try Page(answer)
                // On a machine that does much else a page's time may be up: then it is short, and says so.
                let count = page.stopReason == "budget" ? page.records.count : number % 800 + 1
                #expect(page.records.map(\.fields) == Array(expected.prefix(count)))
            }
        }
    }

    @Test func `too many requests with one key are 429 with Retry-After, and other keys go on`() throws {
        // Without workers nginx answers by itself, so fast that the limit is soon met.
        var options = LiveInstallation.Options()
        options.startsWorkers = false
        try LiveInstallation.with(options) { live in
            let client = live.client()
            // More than 500 a second, also where other tests want both processors: by a program of less to do.
            let crowd = try live.place.start(
                [
                    "curl", "--silent", "--parallel", "--http1.1", "--cacert", live.nginx.authorityPath,
                    "--header", "X-Api-Key: \(live.adminKeys[0])", "--output", "/dev/null",
                    "https://127.0.0.1:\(live.nginx.port)/v1/records?userId=alice&limit=[1-100000]",
                ], log: "crowd")
            defer { crowd.destroy() }
            let answer = try eventually("the key is refused") {
                let answer = try client.get("/v1/records?userId=alice")
                return answer.status == 429 ? answer : nil
            }
            crowd.destroy()
            try answer.expectProblem(429, "too-many-requests")
            #expect(answer["Retry-After"] == "1")
            #expect(answer["Strict-Transport-Security"] != nil)
            #expect(answer["X-Content-Type-Options"] == "nosniff")
            #expect(try live.client(.secret("another-key")).get("/v1/records?userId=alice").status == 502)
            #expect(try client.get("/healthz").status == 502, "health checks are not counted by key")
            let line = try live.nginx.logged(requestID: answer.requestID)
            #expect(line["status"].int == 429 && line["worker"].string == "")
            try eventually("the key may ask again") {
                try client.get("/v1/records?userId=alice").status == 502
            }
        }
    }
}
