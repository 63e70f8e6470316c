import Foundation
import TestSupport
import Testing

/// Clients that send slowly, read slowly or go away.
@Suite(.live, .logsOnFailure)
struct ClientFaultTests {
    @Test func `slow and vanishing clients hold up nobody, and leave nothing open`() throws {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines)) { live in
            let client = live.client()
            let expected = try GeneratedRecords.model.get().matching(user: "alice").map(\.fields)
            #expect(try client.records(["userId": "alice", "limit": "1000"]).status == 200)
            let before = try live.workers.map { try descriptors(of: $0) }
            let body = live.place.folder.file("body.json")
            try live.place.folder.write(#"{"userId":"alice","limit":1000}"#, to: "body.json")
            let address = "https://127.0.0.1:\(live.nginx.port)"
            let question = "\(address)/v1/records?userId=alice&limit=1000"
            let slow = try (0..<40).map { number in
                let arguments =
                    number.isMultiple(of: 2)
                    // A reader of a few kilobytes a second, and a sender of a few bytes.
                    ? ["--limit-rate", "4k", question]
                    : [
                        "--limit-rate", "3", "--header", "Content-Type: application/json", "--data",
                        "@\(body)",
                        "\(address)/v1/records/query",
                    ]
                return try curl(live, arguments, log: "slow-\(number)")
            }
            defer { for process in slow { process.destroy() } }
            for number in 0..<60 {
                // One that goes away while it is answered.
                let gone = try curl(live, ["--max-time", "0.02", "\(question)&order=asc"], log: "gone")
                let answer = try client.records(["userId": "alice", "limit": "\(900 + number % 100)"])
                #expect(try Page(answer).records.map(\.fields) == Array(expected.prefix(900 + number % 100)))
                try gone.wait()
            }
            for process in slow { process.destroy() }
            // What stays are connections that nginx keeps: 32 for each of its processes.
            try eventually("workers have closed what the clients left") {
                try zip(live.workers, before).allSatisfy { worker, before in
                    try descriptors(of: worker) <= before + 32 * nginxProcesses(live)
                }
            }
            #expect(live.workers.allSatisfy { !$0.log.contains("error") })
        }
    }

    @Test func `nginx reads its configuration again under load, and no request is lost`() throws {
        try LiveInstallation.with(.init(lines: Array(GeneratedRecords.lines.prefix(300)), adminKeys: 3)) {
            live in
            let clients = live.adminKeys.map { live.client(.secret($0)) }
            let requests = Background(threads: 3) { thread, turn in
                try clients[thread].patiently {
                    try clients[thread].records(["userId": "u-\(thread)-\(turn % 200)"])
                }
            }
            for turn in 1...5 {
                let before = requests.count
                try eventually("requests run before reload \(turn)") { requests.count > before + 50 }
                live.nginx.reload()
            }
            let before = requests.count
            try eventually("requests run after the last one") { requests.count > before + 50 }
            let failed = try requests.stop().filter { $0.status != 200 }
            #expect(failed.isEmpty, "\(failed.first.map(String.init(describing:)) ?? "")")
        }
    }

    private func curl(_ live: LiveInstallation, _ arguments: [String], log: String) throws -> ChildProcess {
        try live.place.start(
            [
                "curl", "--silent", "--cacert", live.nginx.authorityPath, "--header",
                "X-Api-Key: \(live.adminKeys[0])",
            ] + arguments, log: log)
    }

    private func nginxProcesses(_ live: LiveInstallation) -> Int {
        max(1, ProcessInfo.processInfo.activeProcessorCount)
    }
}

/// How many descriptors a worker has open.
func descriptors(of worker: Worker) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(try #require(worker.pid))/fd").count
}
