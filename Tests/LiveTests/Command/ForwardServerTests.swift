import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// `audit-query forward --url`: what comes to a server is elsewhere, as it is from the store.
@Suite(.live, .logsOnFailure)
struct ForwardServerTests {
    private func arguments(
        _ live: LiveInstallation, _ to: String, _ options: [String], key: String? = nil
    ) -> [String] {
        [
            "env", "AUDIT_QUERY_KEY=\(key ?? live.adminKeys[0])", Place.program, "forward", "--url",
            "https://127.0.0.1:\(live.nginx.port)", "--url-ca-file", live.nginx.authorityPath, "--to", to,
            "--checkpoint", live.place.folder.file("place"),
        ] + options
    }

    private func forward(
        _ live: LiveInstallation, _ to: String, _ options: [String] = ["--begin", "start", "--once"],
        key: String? = nil
    ) throws -> Workplace.Outcome { try live.place.run(arguments(live, to, options, key: key)) }

    @Test func `all that a key may see is there, as the store gives it, and what comes later`() throws {
        try LiveInstallation.with(.init(lines: (0..<50).map { NumberedLines.line($0) }, workers: 1)) { live in
            let out = live.place.folder.file("out")
            let first = try forward(live, "file:\(out)")
            #expect(first.status == 0 && first.output == "50 records to file:\(out)\n", "\(first)")
            let local = try live.place.command(
                "forward", "--to", "file:\(live.place.folder.file("local"))", "--checkpoint",
                live.place.folder.file("local-place"), "--begin", "start", "--once")
            #expect(local.status == 0 && live.place.folder.text("local") == live.place.folder.text("out"))
            try live.place.load([
                NumberedLines.line(50).replacing("2024-01-31", with: "2020-01-01"), NumberedLines.line(51),
            ])
            #expect(try forward(live, "file:\(out)", ["--once"]).output == "2 records to file:\(out)\n")
            #expect(Set(NumberedLines.numbers(live.place.folder.text("out"))) == Set(0..<52))

            let limited = try live.place.key("limited", systems: ["s1"], hidden: ["secret"])
            try live.place.load(
                (60..<64).map { NumberedLines.line($0, attributes: #","secret":"s","a":\#($0)"#) })
            unlink(live.place.folder.file("place"))
            let some = try forward(
                live, "file:\(live.place.folder.file("some"))",
                ["--begin", "start", "--once", "--filter", "a gt 0"], key: limited)
            let text = live.place.folder.text("some")
            #expect(
                some.status == 0 && Set(NumberedLines.numbers(text)) == [61, 63] && !text.contains("secret"),
                "\(text)")
        }
    }

    @Test func `killed at any moment, with workers that are killed too, it leaves nothing out`() throws {
        try LiveInstallation.with(.init(workers: 1)) { live in
            let to = "file:\(live.place.folder.file("out"))"
            for life in 0..<6 {
                let process = try live.place.start(
                    arguments(live, to, ["--begin", "start"]), log: "life-\(life)")
                try live.place.load((life * 300..<(life + 1) * 300).map { NumberedLines.line($0) })
                if life % 2 == 1 {
                    try live.workers[0].kill()
                    try live.workers[0].start()
                    try live.workers[0].waitUntilReady()
                }
                _ = try? process.wait(within: .milliseconds(Int.random(in: 1...500)))
                process.destroy()
            }
            #expect(try forward(live, to).status == 0)
            #expect(Set(NumberedLines.numbers(live.place.folder.text("out"))) == Set(0..<1800))
        }
    }

    @Test func `a batch that was about to be sent is sent again as it was, under the same key`() throws {
        try LiveInstallation.with(.init(lines: (0..<30).map { NumberedLines.line($0) }, workers: 1)) { live in
            let answers = Atomic(false)
            let server = try ScriptedServer { connection in
                while connection.readRequest() != nil {
                    if answers.load(ordering: .relaxed) {
                        connection.answer()
                    } else {
                        connection.answer("503 Service Unavailable", "Retry-After: 0\r\n", body: [])
                    }
                }
            }
            defer { server.stop() }
            let process = try live.place.start(
                arguments(live, server.url("/in"), ["--begin", "start"]), log: "first")
            try eventually("it has tried") { !server.requests.isEmpty }
            process.destroy()
            try live.place.load((30..<50).map { NumberedLines.line($0) })
            answers.store(true, ordering: .relaxed)
            let done = try forward(live, server.url("/in"))
            #expect(done.status == 0, "\(done)")
            let taken = server.requests.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(
                Set(taken.compactMap { Set(NumberedLines.numbers($0)) }) == [Set(0..<30), Set(30..<50)],
                "\(taken.map(NumberedLines.numbers))")
            #expect(Set(server.requests.compactMap { $0.headers["Idempotency-Key"] }).count == 2)
        }
    }

    @Test(.disabled(if: WorkplaceStore.isPostgreSQL, "it exchanges the embedded store's file"))
    func `a store that was exchanged is said, and what to do; so is a key that is none`() throws {
        try LiveInstallation.with(.init(lines: [NumberedLines.line(0)], workers: 1)) { live in
            let to = "file:\(live.place.folder.file("out"))"
            let none = try forward(live, to, ["--begin", "now", "--once"], key: "nobody")
            #expect(none.status == 77 && none.error.contains("401"), "\(none)")
            #expect(try forward(live, to, ["--begin", "now", "--once"]).output == "0 records to \(to)\n")
            try live.workers[0].kill()
            for ending in ["", "-wal", "-shm"] { unlink(live.place.folder.file("audit.db") + ending) }
            try live.place.load([NumberedLines.line(1)])
            try live.workers[0].start()
            try live.workers[0].waitUntilReady()
            let lost = try forward(live, to, ["--once"])
            #expect(lost.status == 65 && lost.error.contains("is not kept there any more"), "\(lost)")
            #expect(lost.error.contains("say by --begin whether"), "\(lost)")
            let config = try live.place.command(
                "forward", "--url", "https://127.0.0.1", "--to", to, "--checkpoint", "p")
            #expect(config.status == 64 && config.error.contains("give one of them"), "\(config)")
            // A checkpoint of the store is none of a server, and the other way round.
            let local = try live.place.command(
                "forward", "--to", to, "--checkpoint", live.place.folder.file("place"), "--once")
            #expect(local.status == 65 && local.error.contains("the checkpoint is of another store"))
        }
    }
}
