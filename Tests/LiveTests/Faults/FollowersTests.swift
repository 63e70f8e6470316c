import Foundation
import Synchronization
import TestSupport
import Testing

/// Those who follow `/v1/changes` over a whole installation.
@Suite(.live, .logsOnFailure)
struct FollowersTests {
    private static func line(_ id: String, system: String = "billing") -> String {
        #"{"auditId":"\#(id)","timestamp":"2024-01-31T10:00:00Z","systemId":"\#(system)","userId":"u","resourceId":"r"}"#
    }

    private static func next(_ answer: Answer) throws -> String {
        try #require(try answer.json()["next"].string)
    }

    private static func ids(_ answer: Answer) throws -> [String] {
        try answer.json()["records"].elements.compactMap { $0["auditId"].string }
    }

    /// How many wait at an only worker.
    private static func waiting(_ live: LiveInstallation) throws -> Int? {
        let outcome = try live.place.run(
            [Place.program, "status", "--directory", live.place.folder.path, "--openmetrics"])
        let found = outcome.output.firstMatch(of: #/audit_query_followers_waiting\{[^}]*\} (\d+)/#)
        return found.flatMap { Int($0.1) }
    }

    /// Resident bytes of a worker.
    private static func memory(of worker: Worker) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(try #require(worker.pid))/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return 1024 * (try #require(line.split(separator: " ").compactMap { Int($0) }.first))
    }

    @Test func `200 who wait cost a worker of 8 threads little, hits go on, and each is told of what comes`()
        throws
    {
        try LiveInstallation.with(
            .init(
                overrides: ["worker.threads": "8", "worker.store-limit": "4"], lines: [Self.line("before")],
                adminKeys: 2, workers: 1)
        ) { live in
            let client = live.client()
            let start = try Self.next(try client.get("/v1/changes"))
            // Warm: what a first request of each kind takes is not that of those who wait.
            for number in 0..<50 { _ = try client.records(["userId": "\(number)"]) }
            let before = try Self.memory(of: live.workers[0])
            let crowd = Threads.start(200) { number in
                try live.client(.secret(live.adminKeys[number % 2])).get("/v1/changes?after=\(start)&wait=25")
            }
            try eventually("all wait") { try Self.waiting(live) == 200 }
            let memory = try Self.memory(of: live.workers[0]) - before
            print("200 who wait: \(memory) bytes")
            #expect(memory < 20_000_000)
            for _ in 0..<100 {
                let hit = try client.records(["userId": "1"])
                #expect(hit.status == 200 && hit["Cache-Status"]?.contains("; hit; ") == true)
            }
            #expect(crowd.finished.isEmpty)
            let stored = ContinuousClock.now
            try live.place.load([Self.line("came")])
            let answers = try crowd.wait()
            print("from load's start to the last of 200: \(ContinuousClock.now - stored)")
            for answer in answers {
                #expect(answer.status == 200)
                #expect(try Self.ids(answer) == ["came"])
            }
        }
    }

    @Test func `no record is missed while workers are killed and records come and are replaced`() throws {
        try LiveInstallation.with(.init(adminKeys: 3)) { live in
            let limited = try live.key("limited", systems: ["billing"])
            let clients = [live.client(.secret(live.adminKeys[1])), live.client(.secret(limited))]
            let starts = try clients.map { try Self.next(try $0.get("/v1/changes")) }
            let isOver = Atomic(false)
            let followers = Threads.start(2) { number -> [String: String] in
                var (token, seen) = (starts[number], [String: String]())
                while true {
                    let isLast = isOver.load(ordering: .sequentiallyConsistent)
                    // Both workers may die within one request's wait: who asks again misses nothing.
                    let answer = try eventually("a worker answers") {
                        let answer = try clients[number].patiently {
                            try clients[number].get(
                                "/v1/changes?after=\(token)&limit=7&wait=\(isLast ? 0 : 1)")
                        }
                        return answer.status == 502 ? nil : answer
                    }
                    guard answer.status == 200 else { throw Failure("\(answer)") }
                    for record in try answer.json()["records"].elements {
                        seen[record["auditId"].string ?? ""] = record["resourceId"].string ?? ""
                    }
                    token = try Self.next(answer)
                    if isLast, try answer.json()["hasMore"].bool == false { return seen }
                }
            }
            var expected: [String: String] = [:]
            for turn in 0..<12 {
                let lines = (0..<20).map { number -> String in
                    // Every third one is a record that is there already.
                    let id = number.isMultiple(of: 3) ? "again-\(number)" : "\(turn)-\(number)"
                    expected[id] = "r-\(turn)"
                    let system = number.isMultiple(of: 2) ? "billing" : "payroll"
                    return
                        #"{"auditId":"\#(id)","timestamp":"2024-01-31T10:00:00Z","systemId":"\#(system)","userId":"u","#
                        + #""resourceId":"r-\#(turn)"}"#
                }
                try live.place.load(lines)
                guard turn % 3 == 1 else { continue }
                let worker = live.workers[turn % 2]
                try worker.kill()
                try worker.start()
                try worker.waitUntilReady()
            }
            isOver.store(true, ordering: .sequentiallyConsistent)
            let seen = try followers.wait()
            #expect(seen[0] == expected)
            #expect(
                seen[1]
                    == expected.filter {
                        Int($0.key.split(separator: "-")[1]).map { $0.isMultiple(of: 2) } ?? false
                    })
        }
    }

    @Test func `a worker that is stopped answers all that wait, and they go on at another one`() throws {
        try LiveInstallation.with(.init(lines: [Self.line("before")], workers: 1)) { live in
            let client = live.client()
            let start = try Self.next(try client.get("/v1/changes"))
            let crowd = Threads.start(20) { _ in try client.get("/v1/changes?after=\(start)&wait=25") }
            try eventually("all wait") { try Self.waiting(live) == 20 }
            #expect(try live.workers[0].stop() == 0)
            let tokens = try crowd.wait().map { answer in
                #expect(answer.status == 200)
                return try Self.next(answer)
            }
            try live.workers[0].start()
            try live.workers[0].waitUntilReady()
            try live.place.load([Self.line("after")])
            #expect(try Self.ids(client.get("/v1/changes?after=\(tokens[19])")) == ["after"])
        }
    }
}
