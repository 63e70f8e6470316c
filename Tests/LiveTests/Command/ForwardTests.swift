import Foundation
import Glibc
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// `audit-query forward`: what the store has is elsewhere, whatever happens.
@Suite(.live, .logsOnFailure)
struct ForwardTests {
    private func arguments(_ place: Workplace, _ to: String, _ options: [String]) -> [String] {
        [
            Place.program, "forward", "--config", place.folder.file("audit-query.yaml"), "--to", to,
            "--checkpoint",
            place.folder.file("place"),
        ] + options
    }

    private func forward(
        _ place: Workplace, _ to: String, _ options: [String] = ["--begin", "start", "--once"]
    ) throws
        -> Workplace.Outcome
    { try place.run(arguments(place, to, options)) }

    @Test func `a file has all of it in the order of arrival, and what comes later behind it`() throws {
        try withWorkplace { place in
            let to = "file:\(place.folder.file("out.ndjson"))"
            try place.load((0..<50).map { NumberedLines.line($0) })
            let first = try forward(place, to)
            #expect(first.status == 0 && first.output == "50 records to \(to)\n", "\(first)")
            // With a time before all others.
            try place.load([
                NumberedLines.line(50).replacing("2024-01-31", with: "2020-01-01"), NumberedLines.line(51),
            ])
            #expect(try forward(place, to, ["--once"]).output == "2 records to \(to)\n")
            let found = NumberedLines.numbers(place.folder.text("out.ndjson"))
            #expect(
                Set(found.prefix(50)) == Set(0..<50) && Set(found.suffix(2)) == [50, 51] && found.count == 52)
            let query = try place.run([
                Place.program, "query", "--config", place.folder.file("audit-query.yaml"), "--system", "s0",
                "--from", "2024-01-31",
                "--to", "2024-01-31", "--all", "--json",
            ])
            let lines = place.folder.text("out.ndjson").split(separator: "\n")
            let written = try #require(lines.first { $0.contains("\"auditId\":\"0\"") })
            #expect(query.output.contains(written), "it is as it is answered")
        }
    }

    @Test func `filters, systems and omitted attributes are kept to`() throws {
        try withWorkplace { place in
            try place.load(
                (0..<20).map {
                    NumberedLines.line(
                        $0, attributes: #","action":"\#($0 < 10 ? "Read" : "Write")","secret":{"n":\#($0)}"#)
                })
            let done = try forward(
                place, "file:\(place.folder.file("out"))",
                [
                    "--begin", "start", "--once", "--filter", "action eq \"Read\"", "--system", "s1",
                    "--omit", "secret.n",
                ])
            #expect(done.status == 0, "\(done)")
            let text = place.folder.text("out")
            #expect(
                Set(NumberedLines.numbers(text)) == [1, 3, 5, 7, 9] && text.contains("\"secret\":{}"),
                "\(text)")
        }
    }

    @Test func `killed at any moment it leaves nothing out`() throws {
        try withWorkplace { place in
            let out = place.folder.file("out.ndjson")
            let options = arguments(place, "file:\(out)", ["--begin", "start"])
            for life in 0..<8 {
                let process = try place.start(options, log: "life-\(life)")
                try place.load((life * 500..<(life + 1) * 500).map { NumberedLines.line($0) })
                _ = try? process.wait(within: .milliseconds(Int.random(in: 1...400)))
                process.destroy()
            }
            #expect(try forward(place, "file:\(out)").status == 0)
            let found = NumberedLines.numbers(place.folder.text("out.ndjson"))
            #expect(Set(found) == Set(0..<4000))
        }
    }

    @Test func `a server that comes late gets all, and the token is told to nobody else`() throws {
        try withWorkplace { place in
            try place.load((0..<30).map { NumberedLines.line($0) })
            try place.folder.write("top-secret-token\n", to: "token")
            let taken = Mutex<[String]>([])
            let attempts = Atomic(0)
            let server = try ScriptedServer { connection in
                while let request = connection.readRequest() {
                    guard attempts.wrappingAdd(1, ordering: .relaxed).oldValue > 1 else {
                        connection.answer(
                            "503 Service Unavailable", "Retry-After: 0\r\n",
                            body: Array("top-secret-token?".utf8))
                        continue
                    }
                    taken.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) }
                    connection.answer()
                }
            }
            defer { server.stop() }
            let done = try forward(
                place, server.url("/in"),
                ["--begin", "start", "--once", "--as", "ocsf", "--token-file", place.folder.file("token")])
            #expect(done.status == 0, "\(done)")
            #expect(done.error.contains("answers 503: …?: it goes on when that is over"), "\(done)")
            #expect(done.error.contains("takes records again") && !done.error.contains("secret"), "\(done)")
            #expect(Set(NumberedLines.numbers(taken.withLock { $0.joined() })) == Set(0..<30))
            #expect(server.requests.allSatisfy { $0.headers["Authorization"] == "Bearer top-secret-token" })
            #expect(Set(server.requests.compactMap { $0.headers["Idempotency-Key"] }).count == 1)
            #expect(!place.folder.text("place").contains("secret"))
        }
    }

    @Test func `a disk without room is said, and it goes on when there is some`() throws {
        try withWorkplace { place in
            try place.load(
                (0..<200).map {
                    NumberedLines.line($0, attributes: #","text":"\#(String(repeating: "x", count: 500))""#)
                })
            let out = place.folder.file("out.ndjson")
            // A file of 64 KiB at most, as on a disk that is full then.
            let words = arguments(place, "file:\(out)", ["--begin", "start", "--once"])
            let process = try place.start(
                ["sh", "-c", "ulimit -f 128; trap '' XFSZ; exec \"$@\"", "sh"] + words, log: "full")
            try eventually("it says so") {
                place.folder.text("full.err").contains("File too large: it goes on when that is over")
            }
            process.destroy()
            #expect(try forward(place, "file:\(out)").status == 0)
            #expect(Set(NumberedLines.numbers(place.folder.text("out.ndjson"))) == Set(0..<200))
        }
    }

    @Test func `what is wrong is said, with what to do`() throws {
        try withWorkplace { place in
            try place.load([NumberedLines.line(0)])
            let out = "file:\(place.folder.file("out"))"
            let none = try forward(place, out, ["--once"])
            #expect(none.status == 64 && none.error.contains("say by --begin start"), "\(none)")
            for wrong in [
                "out", "file:", "syslog://h", "syslog+tls://", "syslog+tcp://h:0", "ftp://h", "https://",
            ] {
                #expect(try forward(place, wrong).status == 64, "\(wrong)")
            }
            let token = try place.folder.write("t", to: "token")
            let process = try place.start(
                arguments(place, "http://example.com/", ["--token-file", token, "--begin", "start"]),
                log: "clear")
            try eventually("the token is not sent") {
                place.folder.text("clear.err").contains("use https://")
            }
            process.destroy()
            unlink(place.folder.file("place"))
            #expect(try forward(place, out).status == 0)
            let other = try forward(place, "file:\(place.folder.file("other"))")
            #expect(other.status == 65 && other.error.contains("is of \(out)"), "\(other)")
            // The store of before is gone.
            for ending in ["", "-wal", "-shm"] { unlink(place.folder.file("audit.db") + ending) }
            try place.load([NumberedLines.line(1)])
            let lost = try forward(place, out, ["--once"])
            #expect(lost.status == 65 && lost.error.contains("the checkpoint is of another store"), "\(lost)")
        }
    }
}
