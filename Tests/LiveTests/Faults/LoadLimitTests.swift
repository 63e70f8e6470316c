import Foundation
import Glibc
import HTTPClient
import TestSupport
import Testing

/// Many requests at once, and too many.
@Suite(.live, .logsOnFailure)
struct LoadLimitTests {
    @Test func `A thousand requests in flight at once are all answered`() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // Each worker lets 320 requests read the store at a time, so a thousand misses need four.
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines, workers: 4)) { live in
            let clients = (0..<1000).map { _ in live.client(.none) }
            // Connections first, on few threads: a thousand handshakes at once say nothing about requests.
            _ = try concurrently(4) { thread in
                for number in stride(from: thread, to: 1000, by: 4) {
                    _ = try clients[number].get("/nowhere")
                }
            }
            // Workers that stand still keep every request in flight until the last one has been sent.
            for worker in live.workers { try worker.suspend() }
            let requests = Threads.start(1000) { number in
                try clients[number].records(
                    ["userId": "alice", "limit": "\(number % 800 + 1)"],
                    headers: ["X-Api-Key": live.adminKeys[0]])
            }
            defer { for worker in live.workers { worker.signal(SIGCONT) } }
            try eventually("a thousand requests wait for the workers", within: .seconds(25)) {
                let waiting = try waitingConnections(live)
                guard waiting < 1000 else { return true }
                throw Failure("\(waiting) wait, these are finished: \(requests.finished)")
            }
            #expect(requests.finished.isEmpty)
            for worker in live.workers { worker.signal(SIGCONT) }
            let answers = try requests.wait()
            #expect(answers.map(\.status) == Array(repeating: 200, count: 1000))
            let expected = try GeneratedRecords.model.get().matching(user: "alice").map(\.fields)
            for (number, answer) in answers.enumerated() where number % 50 == 0 {
                #expect(try Page(answer).records.map(\.fields) == Array(expected.prefix(number % 800 + 1)))
            }
        }
    }

    @Test func `Too many requests with one key are 429 with Retry-After, and other keys go on`() throws {
        // Without workers nginx answers by itself, so fast that the limit is soon met.
        var options = LiveInstallation.Options()
        options.startsWorkers = false
        try LiveInstallation.with(options) { live in
            let client = live.client()
            let refused = try concurrently(4) { _ in
                for _ in 0..<4000 {
                    let answer = try client.get("/v1/records?userId=alice")
                    if answer.status == 429 { return answer as Answer? }
                }
                return nil
            }.compactMap { $0 }
            let answer = try #require(refused.first, "16,000 requests were let through")
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

    @Test func `A hundred equal misses at once are one read of the store`() throws {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines)) { live in
            let client = live.client()
            let answers = try concurrently(100) { _ in
                try client.records([
                    "systemId": "billing", "startDate": "2024-01-01", "endDate": "2024-03-01",
                ])
            }
            #expect(Set(answers.map(\.body)).count == 1)
            let stored = answers.count { $0["Cache-Status"] == "audit-query; fwd=miss; stored" }
            #expect(stored == 1, "the rest are collapsed or hits")
        }
    }

    /// Connections that nginx has opened to the workers' sockets.
    private func waitingConnections(_ live: LiveInstallation) throws -> Int {
        // A handle reads to the end; a file of /proc has no size to go by.
        let file = try #require(FileHandle(forReadingAtPath: "/proc/net/unix"))
        let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        // A connection that waits to be accepted bears the listener's path, as does the listener.
        return table.split(separator: "\n").count {
            $0.contains(live.place.folder.path) && $0.contains(".sock")
        }
            - live.workers.count
    }
}
