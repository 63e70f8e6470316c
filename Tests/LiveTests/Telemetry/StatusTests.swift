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

    @Test func `It shows what each worker has done, and with --json everything`() throws {
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

    @Test func `It shows the stage that a hung request is in`() throws {
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

    @Test func `It shows a thread as responding for as long as nobody reads its reply`() throws {
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
        }
    }

    @Test func `The socket is for owner and group, and gone when the worker is`() throws {
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

    @Test func `A worker that does not answer is told, and nothing to ask is an error`() throws {
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

    @Test func `Whoever connects and says nothing, or nonsense, keeps nobody else from it`() throws {
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
