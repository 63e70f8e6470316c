import Foundation
import Glibc
import HTTPClient
import TestSupport
import Testing

/// A worker that runs out of descriptors, disk or memory.
@Suite(.live, .logsOnFailure)
struct ResourceLimitTests {
    @Test func `a worker without descriptors leaves connections waiting, and serves them when some are free`()
        throws
    {
        var options = LiveInstallation.Options(lines: Array(GeneratedRecords.lines.prefix(300)), workers: 1)
        options.startsWorkers = false
        try LiveInstallation.with(options) { live in
            let worker = live.workers[0]
            try worker.start(within: ["sh", "-c", "ulimit -n 48; exec \"$@\"", "sh"])
            try worker.waitUntilReady()
            let pid = worker.pid
            let path = worker.socketPath
            let key = live.adminKeys[0]
            // The store's own files first.
            #expect(
                try FastCGIConnection(path: path).get("/v1/records?userId=alice", key: key).contains("200"))
            let holding = try (0..<60).map { _ in try FastCGIConnection(path: path) }
            try eventually("it has no descriptor left") { try descriptors(of: worker) >= 48 }
            // Those that were accepted are served; the others wait.
            #expect(try holding[0].get("/v1/records?userId=alice", key: key).hasPrefix("Status: 200"))
            for connection in holding.dropFirst() {
                #expect(try connection.get("/v1/records?userId=alice", key: key).hasPrefix("Status: 200"))
            }
            #expect(worker.pid == pid)
            #expect(try live.client().records(["userId": "alice"]).status == 200)
        }
    }

    @Test(.enabled(if: MountNamespace.isPermitted, "mount namespaces are not permitted"))
    func `a full disk ends a load with a message, readers go on, and there is no half record`() throws {
        try withWorkplace { place in
            let disk = try MountNamespace(place: place, folder: "disk", size: "3m")
            defer { disk.end() }
            let settings = ["AUDIT_QUERY_STORE_SQLITE_PATH": place.folder.file("disk/audit.db")]
            func run(_ words: [String]) throws -> Workplace.Outcome {
                try place.run(
                    disk.prefix + ["env"] + settings.map { "\($0)=\($1)" } + [Place.program] + words
                        + ["--config", place.folder.file("audit-query.yaml")])
            }
            let lines = Array(GeneratedRecords.lines.prefix(300))
            try place.folder.write(lines.joined(separator: "\n"), to: "first.ndjson")
            #expect(try run(["load", place.folder.file("first.ndjson")]).status == 0)
            let key = try place.key("any")
            let worker = Worker(number: 1, place: place)
            defer { worker.destroy() }
            try worker.start(environment: settings, within: disk.prefix)
            try worker.waitUntilReady()
            func records(_ user: String) throws -> [[ByteText]] {
                let reply = try FastCGIConnection(path: worker.socketPath).get(
                    "/v1/records?userId=\(user)&limit=1000", key: key)
                #expect(reply.hasPrefix("Status: 200"), "\(reply.prefix(500))")
                let json = reply.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
                return try JSONDecoder().decode(Records.self, from: Data(json.utf8)).records.map(\.fields)
            }
            let expected = try Model(lines).matching(user: "alice").map(\.fields)
            #expect(try records("alice") == expected)

            let demo = try place.run([Place.program, "demo-data", "--records", "20000", "--seed", "3"])
            try place.folder.write(demo.output, to: "more.ndjson")
            let full = try run(["load", place.folder.file("more.ndjson")])
            #expect(full.status == 69, "\(full)")
            #expect(full.error.contains("full"), "\(full)")
            #expect(try records("alice") == expected)
            #expect(try FastCGIConnection(path: worker.socketPath).get("/readyz").contains("ready"))

            try disk.grow(to: "64m")
            let again = try run(["load", place.folder.file("more.ndjson")])
            #expect(again.status == 0, "\(again)")
            #expect(try records("alice") == expected)
            let check = try records("user-0%40example.com")
            #expect(!check.isEmpty)
            #expect(try worker.stop() == 0)
        }
    }

    @Test func `a worker at its memory limit answers truly or dies, and clients are served by the other one`()
        throws
    {
        var options = LiveInstallation.Options(
            overrides: ["cache.bytes": "1000000000", "worker.threads": "96", "worker.store-limit": "64"],
            // What a crash has to say is of no use here, and takes long.
            environment: ["SWIFT_BACKTRACE": "enable=no"],
            lines: Self.noise, adminKeys: 3)
        options.startsWorkers = false
        try LiveInstallation.with(options) { live in
            // Small stacks. With 8 MB each, it is a new thread that meets the limit first: libdispatch, which orders the
            // readers of SQLite, tries again each second for as long as it takes, while the other requests go on.
            for worker in live.workers {
                try worker.start(within: ["sh", "-c", "ulimit -s 512; exec \"$@\"", "sh"])
            }
            for worker in live.workers { try worker.waitUntilReady() }
            let expected = try Model(Self.noise).matching(user: "noise").map(\.fields)
            let clients = live.adminKeys.map { live.client(.secret($0)) }
            let worker = live.workers[0]
            try limitMemory(of: worker, moreMegabytes: 40, live)
            let requests = Background(threads: 3) { thread, turn in
                // Every question is another one, so that the cache grows.
                let number = 3 * turn + thread
                let answer = try cutOff {
                    try clients[thread].patiently {
                        try clients[thread].records([
                            "userId": "noise", "limit": "\(30 + number % 30)",
                            "startDate": "2000-01-01T00:00:00.\(String(format: "%09d", number))Z",
                        ])
                    }
                }
                return (number, answer)
            }
            try eventually("the limit is met", within: .seconds(150)) {
                worker.hasEnded || worker.log.contains("memory") || requests.count > 8000
            }
            let all = try requests.stop()
            let answers = all.compactMap { number, answer in answer.map { (number, $0) } }
            // One for each request that the worker was writing the answer of when it died, at most.
            #expect(all.count - answers.count <= 3)
            for (number, answer) in answers {
                if answer.status == 200 {
                    guard number.isMultiple(of: 25) else { continue }
                    #expect(
                        try Page(answer).records.map(\.fields) == Array(expected.prefix(30 + number % 30)))
                } else {
                    try answer.expectProblem(503, "store-unavailable")
                }
            }
            #expect(worker.hasEnded, "\(answers.count) answers did not fill the memory")
            #expect(
                answers.allSatisfy { $0.1.status == 200 }, "the other worker answers what this one could not")
            try worker.kill()
            try worker.start()
            try worker.waitUntilReady()
            #expect(try clients[0].records(["userId": "noise"]).status == 200)
        }
    }

    /// Records that no compression makes small: what a cache holds of them is what was written.
    private static let noise = (10..<70).map { number in
        let text = Data((0..<1500).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
        return """
            {"auditId":"noise-\(number)","timestamp":"2024-01-31T10:00:00.0\(number)Z","systemId":"noise","userId":"noise",\
            "resourceId":"noise","text":"\(text)"}
            """
    }

    /// An answer; nil for one that broke off, as its client sees: the worker died while it wrote it, and nginx had passed
    /// the beginning on.
    private func cutOff(_ request: () throws -> Answer) throws -> Answer? {
        do {
            return try request()
        } catch let error as HTTPClientError where error.code == .truncated {
            return nil
        }
    }

    private func limitMemory(of worker: Worker, moreMegabytes: Int, _ live: LiveInstallation) throws {
        let pid = try #require(worker.pid)
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmSize:") })
        let kilobytes = try #require(Int(line.filter(\.isNumber)))
        let outcome = try live.place.run([
            "prlimit", "--pid", "\(pid)", "--as=\((kilobytes + moreMegabytes * 1024) * 1024)",
        ])
        guard outcome.status == 0 else { throw Failure("prlimit: \(outcome)") }
    }

    private struct Records: Decodable {
        let records: [Page.Record]
    }
}
