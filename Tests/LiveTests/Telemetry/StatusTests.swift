import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query status`, and the sockets that it asks.
@Suite(.live, .logsOnFailure)
struct StatusTests {
    private func status(_ live: LiveInstallation, _ options: String...) throws -> Workplace.Outcome {
        try live.place.run([Place.program, "status", "--directory", live.place.folder.path] + options)
    }

    @Test func `it shows what each worker has done, and with --json everything`() throws {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines)) { live in
            for limit in 1...20 {
                for _ in 0..<2 { _ = try live.client().records(["userId": "alice", "limit": "\(limit)"]) }
            }
            let table = try status(live)
            #expect(table.status == 0 && table.lines.count == 3, "\(table)")
            let rows = table.lines.map { $0.split(separator: "\t").map(String.init) }
            #expect(rows[0].prefix(3) == ["WORKER", "UP", "REQUESTS"])
            #expect(rows.dropFirst().map { $0[0] } == ["worker-1", "worker-2"])
            #expect(rows.dropFirst().compactMap { Int($0[2]) }.reduce(0, +) == 40)
            #expect(rows.dropFirst().allSatisfy { $0[5] == "50 %" || $0[2] == "0" })

            let json = try JSONValue(Data(status(live, "--json").output.utf8))
            let workers = json.elements.map { $0["status"] }
            #expect(workers.map { $0["process"].int.map { pid_t($0) } } == live.workers.map(\.pid))
            for worker in workers {
                #expect(worker["threads"].int == 384 && worker["keys"].int == 1)
                #expect(worker["environment"].string == "dev" && worker["version"].string?.isEmpty == false)
                #expect(worker["metrics"].elements.count >= 19)
            }
        }
    }

    // docs/operations.md tells these members, and others read them: none may go or be called otherwise.
    @Test func `the JSON has the members that the runbook tells, and nothing of Swift's`() throws {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines, workers: 1)) { live in
            _ = try live.client().records(["userId": "alice"])
            let text = try status(live, "--json").output
            let json = try JSONValue(Data(text.utf8))
            #expect(json[0].members.keys.sorted() == ["status", "worker"])
            let status = json[0]["status"]
            #expect(
                status.members.keys.sorted() == [
                    "busy", "environment", "keys", "logLevel", "metrics", "process", "region", "started",
                    "store", "threads", "uptimeSeconds", "version",
                ])
            #expect(status["store"].members.keys.sorted() == ["indexes", "isAnswering", "name", "regions"])
            #expect(
                status["store"]["isAnswering"].bool == true && status["store"]["regions"].elements.isEmpty)
            #expect(try Date(#require(status["started"].string), strategy: .iso8601) < .now)
            #expect(!text.contains("\"_0\""), "a form of Swift's coding")
            let metrics = Dictionary(
                status["metrics"].elements.map { ($0["name"].string ?? "", $0) }, uniquingKeysWith: { $1 })
            let simple = ["dimensions", "help", "kind", "name", "unit", "value"]
            for (name, kind) in [
                ("QuerySuccess", "counter"), ("ConsumedCapacity", "sum"), ("CacheBytes", "gauge"),
            ] {
                let metric = try #require(metrics[name])
                #expect(metric.members.keys.sorted() == simple && metric["kind"].string == kind)
            }
            let timer = try #require(metrics["QueryDuration"])
            #expect(
                timer.members.keys.sorted() == [
                    "buckets", "count", "dimensions", "help", "kind", "name", "p50", "p90", "p99", "sum",
                    "unit",
                ])
            #expect(timer["kind"].string == "timer" && timer["count"].int == 1)
            #expect(timer["unit"].string == "milliseconds" && timer["p99"].double ?? 0 > 0)
            #expect(timer["buckets"][0].members.keys.sorted() == ["count", "upTo"])
        }
    }

    @Test func `indexes of attributes and of words are shown, complete or how far they are`() throws {
        let overrides = ["store.index.attributes": "action, outcome", "store.index.text": "true"]
        try LiveInstallation.with(.init(overrides: overrides, lines: GeneratedRecords.lines)) { live in
            let path = live.place.folder.file("audit.db")
            try eventually("they are complete, as soon as a worker has looked") {
                try status(live).lines.suffix(4) == [
                    "STORE\tINDEX\tSTATE", "\(path)\taction\tcomplete", "\(path)\toutcome\tcomplete",
                    "\(path)\t(words)\tcomplete",
                ]
            }
            let change = """
                import sqlite3, sys
                sqlite3.connect(sys.argv[1]).executescript(
                    "UPDATE attribute_indexes SET indexed = 1 WHERE path = 'action'; UPDATE text_index_end SET last = 2")
                """
            #expect(try live.place.run(["python3", "-c", change, path]).status == 0)
            let all = GeneratedRecords.lines.count
            try eventually("both workers have looked again, and say how far they are") {
                let lines = try status(live).lines.suffix(3)
                let json = try JSONValue(Data(status(live, "--json").output.utf8))
                let index = json[1]["status"]["store"]["indexes"][0]
                guard index["kind"].string == "attribute", index["attribute"].string == "action",
                    index["indexed"].int == 1, index["last"].int == all, index["isComplete"].bool == false,
                    lines.first == "\(path)\taction\t1 of \(all) records"
                else { return false }
                return lines.last == "\(path)\t(words)\t2 of \(all) records"
            }
        }
    }

    @Test func `the embedded store's state and last error are shown, though nobody asks for records`() throws
    {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines, workers: 1)) { live in
            let path = live.place.folder.file("audit.db")
            func store() throws -> JSONValue {
                try JSONValue(Data(status(live, "--json").output.utf8))[0]["status"]["store"]
            }
            #expect(rename(path, path + ".away") == 0)
            try eventually("the store is seen to be gone") { try store()["isAnswering"].bool == false }
            let failure = try store()["lastFailure"]
            #expect(failure.members.keys.sorted() == ["error", "time"])
            #expect(failure["error"].string?.contains("\(path): no such database") == true)
            let shown = try status(live)
            #expect(shown.output.contains("\(path) (no answer)"), "\(shown)")
            #expect(shown.error.contains("the store does not answer: \(path): no such database"), "\(shown)")
            #expect(rename(path + ".away", path) == 0)
            try eventually("the store is seen to be back") { try store()["isAnswering"].bool == true }
            #expect(try store()["lastFailure"]["error"].string?.isEmpty == false, "what was is still told")
            #expect(try !status(live).output.contains("no answer"))
        }
    }

    @Test func `key changes are in the log, with the keys' ids and no key`() throws {
        try LiveInstallation.with(.init(workers: 1)) { live in
            let log = { live.workers[0].log }
            let key = try live.place.key("late")
            let listed = try live.place.command("keys", "list", "--json")
            let id = try #require(
                JSONValue(Data(listed.output.utf8)).elements.first { $0["name"].string == "late" }?["id"]
                    .string)
            try eventually("the new key") { log().contains("keys read ADDED=\(id) ENVIRONMENT=dev KEYS=2") }
            #expect(try live.place.command("keys", "revoke", id).status == 0)
            try eventually("its end") { log().contains("keys read ENVIRONMENT=dev KEYS=1 REVOKED=\(id)") }
            #expect(!log().contains(key))
        }
    }

    @Test func `a log level is set for a while without a change to any file of the configuration`() throws {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines)) { live in
            func level(_ words: String...) throws -> Workplace.Outcome {
                try live.place.run(
                    [Place.program, "log-level", "--directory", live.place.folder.path] + words)
            }
            let before = try level()
            #expect(before.status == 0, "\(before)")
            #expect(before.lines.dropFirst().allSatisfy { $0.hasSuffix("info\tthe configuration changes") })

            // A file system that is read to the end before anybody waits for it, and only by its owner's group.
            let set = try level("debug", "--for", "2h")
            #expect(set.status == 0 && set.lines.count == 3, "\(set)")
            #expect(set.lines.dropFirst().allSatisfy { $0.contains("\tdebug\t20") }, "\(set)")
            _ = try live.client().records(["userId": "alice"])
            try eventually("a line for the read") {
                live.workers.contains { $0.log.contains("debug audit-query: the store was read") }
            }
            let json = try JSONValue(Data(status(live, "--json").output.utf8))
            #expect(json[0]["status"]["logLevelUntil"].string?.isEmpty == false)

            let reset = try level("--reset")
            #expect(reset.status == 0, "\(reset)")
            #expect(reset.lines.dropFirst().allSatisfy { $0.contains("\tinfo\t") }, "\(reset)")

            let short = try level("error", "--for", "1s")
            #expect(short.status == 0 || short.status == 1, "it may be over before it is seen: \(short)")
            try eventually("it ends by itself") {
                try level().lines.dropFirst().allSatisfy { $0.contains("\tinfo\t") }
            }
            for wrong in [
                ["loud"], ["debug", "--for", "25h"], ["debug", "--for", "0s"], ["debug", "--reset"],
            ] {
                let refused = try live.place.run([Place.program, "log-level"] + wrong)
                #expect(refused.status == 64, "\(refused)")
            }
        }
        try withWorkplace { place in
            let none = try place.run([
                Place.program, "log-level", "debug", "--directory", place.folder.path,
            ])
            #expect(none.status == 69 && none.error.contains("no worker"), "\(none)")
            #expect(!FileManager.default.fileExists(atPath: place.folder.file("log-level")))
        }
    }

    @Test func `it shows the stage that a hung request is in`() throws {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines, workers: 1)) { live in
            // A body that does not come holds the thread before anything is known of it.
            let connection = try FastCGIConnection(path: live.workers[0].socketPath)
            try connection.begin([
                "REQUEST_METHOD": "POST", "REQUEST_URI": "/v1/records/query", "CONTENT_LENGTH": "100",
            ])
            try eventually("a busy thread") {
                let json = try JSONValue(Data(status(live, "--json").output.utf8))
                return json[0]["status"]["busy"].elements.contains { $0["stage"].string == "read" }
            }
            #expect(try status(live).output.contains("1/384 read 1"))
        }
    }

    @Test func `it shows a thread as responding for as long as nobody reads its reply`() throws {
        // More than a socket holds.
        let lines = (0..<200).map { number in
            """
            {"auditId":"\(number)","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u",\
            "resourceId":"r","text":"\(String(repeating: "x", count: 10_000))"}
            """
        }
        try LiveInstallation.with(.init(lines: lines, workers: 1)) { live in
            let connection = try FastCGIConnection(path: live.workers[0].socketPath)
            try connection.begin([
                "REQUEST_METHOD": "GET", "REQUEST_URI": "/v1/records?userId=u&limit=200",
                "REQUEST_ID": "slow", "HTTP_X_API_KEY": live.adminKeys[0],
            ])
            try connection.sendBody([])
            try eventually("a thread that responds") {
                let json = try JSONValue(Data(status(live, "--json").output.utf8))
                return json[0]["status"]["busy"].elements.contains { $0["stage"].string == "respond" }
            }
            #expect(try connection.reply().contains("\"count\":200"))
        }
    }

    @Test func `OpenMetrics has every worker once, and the page of one says the same`() throws {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines)) { live in
            _ = try live.client().records(["userId": "alice"])
            let text = try status(live, "--openmetrics").output
            for worker in ["worker-1", "worker-2"] { #expect(text.contains("worker=\"\(worker)\"")) }
            #expect(text.hasSuffix("# EOF\n"))
            #expect(text.components(separatedBy: "# TYPE audit_query_query_success counter").count == 2)
            let page = try live.place.run([
                "curl", "-fsS", "--unix-socket", live.place.folder.file("worker-1.status"),
                "http://x/metrics",
            ])
            #expect(
                page.output.contains("audit_query_query_success_total{environment=\"dev\",region=\"local\"}"))
            #expect(page.output.contains("# TYPE audit_query_query_success_total counter"))
            let accepted = try live.place.run([
                "curl", "-fsS", "--unix-socket", live.place.folder.file("worker-1.status"), "-H",
                "accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
                "http://x/metrics",
            ])
            #expect(accepted.output.contains("# TYPE audit_query_query_success counter"))
        }
    }

    @Test(.enabled(if: Place.path(of: "promtool") != nil, "promtool is in Debian's package prometheus"))
    func `what node_exporter reads is in its format, and has all that the alerts look at`() throws {
        try LiveInstallation.with(.init(lines: GeneratedRecords.lines)) { live in
            _ = try live.client().records(["userId": "alice"])
            try live.workers[1].suspend()
            let text = try status(live, "--prometheus").output
            live.workers[1].signal(SIGCONT)
            #expect(text.contains("audit_query_worker_up{worker=\"worker-2\"} 0.0\n"))
            let checked = try live.place.run(["promtool", "check", "metrics"], input: Data(text.utf8))
            #expect(checked.status == 0 && checked.output.isEmpty && checked.error.isEmpty, "\(checked)")
            let rules = try String(
                contentsOfFile: "\(Place.package)/prometheus/audit-query.rules.yaml", encoding: .utf8)
            let names = Set(rules.matches(of: /audit_query_[a-z_]+/).map { String($0.0) })
            #expect(names.count > 10)
            // What `audit-query check` finds is written by another program; the last two are CloudWatch's and DynamoDB's.
            let others = names.filter { name in
                ["check_", "certificate_", "metrics_dropped_", "store_throttles_"].contains {
                    name.hasPrefix("audit_query_\($0)")
                }
            }
            for name in names.subtracting(others) {
                #expect(text.contains("\n\(name){"), "no worker has \(name)")
            }
        }
    }

    @Test func `the socket is for owner and group, and gone when the worker is`() throws {
        try LiveInstallation.with { live in
            let path = live.place.folder.file("worker-1.status")
            var info = stat()
            #expect(stat(path, &info) == 0 && info.st_mode & 0o777 == 0o660)
            let end = try live.workers[0].stop()
            #expect(end == 0)
            #expect(access(path, F_OK) != 0)
            #expect(try status(live).lines.count == 2)
        }
    }

    @Test func `a worker that does not answer is told, and nothing to ask is an error`() throws {
        try LiveInstallation.with { live in
            try live.workers[1].suspend()
            let one = try status(live)
            live.workers[1].signal(SIGCONT)
            #expect(one.status == 1 && one.error.contains("worker worker-2 does not answer"), "\(one)")
            #expect(one.lines.count == 3)
        }
        try withWorkplace { place in
            let none = try place.run([Place.program, "status", "--directory", place.folder.path])
            #expect(none.status == 69 && none.error.contains("no worker shows its status"))
            let missing = try place.run([Place.program, "status", "--directory", "/nonexistent"])
            #expect(missing.status == 69 && missing.error.contains("/nonexistent cannot be read"))
            #expect(try place.run([Place.program, "status", "--json", "--watch"]).status == 64)
        }
    }

    @Test func `whoever connects and says nothing, or nonsense, keeps nobody else from it`() throws {
        try LiveInstallation.with(.init(workers: 1)) { live in
            let path = live.place.folder.file("worker-1.status")
            let script = """
                import socket
                held = [socket.socket(socket.AF_UNIX) for _ in range(3)]
                for each in held: each.connect("\(path)")
                for text in (b"x" * 10000, b"\\r\\n\\r\\n", b"PUT / HTTP/1.0\\r\\n\\r\\n", b"\\0\\0\\r\\n\\r\\n"):
                    other = socket.socket(socket.AF_UNIX); other.connect("\(path)")
                    try: other.sendall(text); other.settimeout(20); other.recv(4096)
                    except OSError: pass
                """
            let rude = try live.place.run(["python3", "-c", script])
            #expect(rude.status == 0, "\(rude)")
            let polite = try status(live)
            #expect(polite.status == 0, "\(polite)")
        }
    }

    @Test func `SIGHUP takes a new log level from the configuration`() throws {
        try LiveInstallation.with(.init(workers: 1)) { live in
            let file = live.place.folder.text("audit-query.yaml")
            try live.place.folder.write("\(file)telemetry: { log-level: debug }\n", to: "audit-query.yaml")
            live.workers[0].signal(SIGHUP)
            try eventually("the change in the log") {
                live.workers[0].log.contains("log level changed ENVIRONMENT=dev LEVEL=debug")
            }
            // What cannot be read changes nothing.
            try live.place.folder.write("\(file)telemetry: { log-level: loud }\n", to: "audit-query.yaml")
            live.workers[0].signal(SIGHUP)
            try eventually("the fault in the log") { live.workers[0].log.contains("the log level stays") }
            let json = try JSONValue(Data(status(live, "--json").output.utf8))
            #expect(json[0]["status"]["logLevel"].string == "debug")
        }
    }
}
