import DemoData
import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query load --follow`: a writer that rotates, empties and writes half lines, and a loader that is killed.
@Suite(.live, .logsOnFailure)
struct FollowTests {
    /// A log that somebody writes.
    private final class Log {
        let path: String
        private var descriptor: Int32 = -1
        private var rotations = 0
        private(set) var ids: [String] = []

        init(_ path: String) {
            self.path = path
            reopen()
        }

        deinit { close(descriptor) }

        private func reopen() {
            if descriptor >= 0 { close(descriptor) }
            descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        }

        private func write(_ text: some StringProtocol) {
            let bytes = Array(text.utf8)
            #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        }

        func line() { line {} }

        /// A line, in two writes, with something in between.
        func line(_ between: () throws -> Void) rethrows {
            let id = "\((path as NSString).lastPathComponent)-\(ids.count)"
            ids.append(id)
            let text =
                #"{"auditId":"\#(id)","timestamp":"2024-01-31T10:00:00.\#(100 + ids.count % 900)Z","#
                + #""systemId":"s","userId":"u","resourceId":"r"}"#
            write(text.prefix(30))
            try between()
            write(text.dropFirst(30) + "\n")
        }

        /// As logrotate does: the writer goes on in the renamed file until it opens the new one.
        func rename(_ late: Int) {
            rotations += 1
            #expect(Glibc.rename(path, "\(path).\(rotations)") == 0)
            if late > 1 { close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)) }
            for _ in 0..<late { line() }
            reopen()
        }

        /// As logrotate's copytruncate does.
        func copyAndEmpty() throws {
            rotations += 1
            try FileManager.default.copyItem(atPath: path, toPath: "\(path).\(rotations)")
            #expect(truncate(path, 0) == 0)
        }
    }

    private func arguments(_ place: Workplace, _ files: [String]) -> [String] {
        [
            Place.program, "load", "--follow", "--format", "audit-query", "--checkpoint",
            place.folder.file("checkpoint"),
            "--config", place.folder.file("audit-query.yaml"),
        ] + files
    }

    private func storedIDs(_ place: Workplace) throws -> [String] {
        let outcome = try place.command(
            "query", "--system", "s", "--from", "2024-01-31", "--to", "2024-01-31", "--all", "--json")
        guard outcome.status == 0 else { return [] }
        let text = outcome.output
        return text.matches(of: #/"auditId":"([^"]*)"/#).map { String($0.1) }
    }

    private func eventuallyStored(_ place: Workplace, _ ids: [String], within limit: Duration = .seconds(60))
        throws
    {
        var found: [String] = []
        _ = try? eventually("all is stored", within: limit) {
            found = try storedIDs(place)
            return found.count >= ids.count ? true : nil
        }
        #expect(found.count == Set(found).count)
        let missing = Set(ids).subtracting(found)
        #expect(
            missing.isEmpty, "\(missing.count) of \(ids.count) are missing: \(missing.sorted().prefix(5))")
    }

    /// Writes a line, and waits until the loader has gone on: what was there before it has seen by then.
    private func readOn(_ place: Workplace, behind log: Log) throws {
        let before = place.folder.text("checkpoint")
        log.line()
        try eventually("it goes on", within: .seconds(60)) { place.folder.text("checkpoint") != before }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `Everything is in the store once, whatever the writer does and whenever the loader is killed`(
        seed: UInt64
    ) throws {
        try withWorkplace { place in
            var random = SplitMix64(seed: seed)
            let logs = [Log(place.folder.file("a.log")), Log(place.folder.file("b.log"))]
            let command = arguments(place, logs.map(\.path))
            var loader = try place.start(command, log: "load-0")
            try eventually("it follows", within: .seconds(60)) { !place.folder.text("checkpoint").isEmpty }
            var isRunning = true
            for step in 1...120 {
                let log = random.pick(logs)
                switch random.number(below: 12) {
                case 0: log.rename(random.number(below: 4))
                case 1: try log.copyAndEmpty()
                case 2, 3:
                    if isRunning {
                        loader.signal(SIGKILL)
                        _ = try loader.wait(within: .seconds(60))
                        isRunning = false
                    } else {
                        loader = try place.start(command, log: "load-\(step)")
                        isRunning = true
                    }
                case 4 where isRunning:
                    try log.line { try readOn(place, behind: logs[log === logs[0] ? 1 : 0]) }
                case 5 where isRunning: try readOn(place, behind: log)
                default: for _ in 0..<random.number(in: 1...20) { log.line() }
                }
            }
            if !isRunning { loader = try place.start(command, log: "load-last") }
            try eventuallyStored(place, logs.flatMap(\.ids))
            loader.signal(SIGTERM)
            #expect(try loader.wait(within: .seconds(60)) == 0)
        }
    }

    @Test
    func
        `A line is stored though no other comes, in a file that was not there, and from standard input that stays open`()
        throws
    {
        try withWorkplace { place in
            let path = place.folder.file("late.log")
            let loader = try place.start(arguments(place, [path]), log: "load")
            try eventually("it waits", within: .seconds(60)) {
                place.folder.text("load.err").contains("is not there yet")
            }
            let log = Log(path)
            log.line()
            try eventuallyStored(place, log.ids)
            loader.signal(SIGTERM)
            #expect(try loader.wait(within: .seconds(60)) == 0)
            #expect(place.folder.text("load.out").contains("1 record loaded"))

            var ends: [Int32] = [0, 0]
            #expect(pipe(&ends) == 0)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            let piped = try place.start(
                [Place.program, "load", "-", "--config", place.folder.file("audit-query.yaml")], log: "pipe",
                input: ends[0])
            let line =
                #"{"auditId":"piped","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u","resourceId":"r"}"#
                + "\n"
            _ = line.withCString { write(ends[1], $0, strlen($0)) }
            try eventuallyStored(place, log.ids + ["piped"])
            close(ends[1])
            #expect(try piped.wait(within: .seconds(60)) == 0)
            close(ends[0])
        }
    }

    @Test func `The journal's last entry that is stored is kept, while standard input stays open`() throws {
        try withWorkplace { place in
            var ends: [Int32] = [0, 0]
            #expect(pipe(&ends) == 0)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            let words = ["--format", "journald", "--cursor-file", place.folder.file("cursor"), "-"]
            let loader = try place.start(
                [Place.program, "load"] + words + ["--config", place.folder.file("audit-query.yaml")],
                log: "load", input: ends[0])
            for number in 1...3 {
                let entry =
                    #"{"__CURSOR":"s=a;i=\#(number)","__REALTIME_TIMESTAMP":"1706695200000000","_HOSTNAME":"s"}"#
                _ = (entry + "\n").withCString { write(ends[1], $0, strlen($0)) }
                try eventually("it is kept", within: .seconds(60)) {
                    place.folder.text("cursor") == "s=a;i=\(number)\n"
                }
                #expect(try storedIDs(place).count == number)
            }
            close(ends[1])
            #expect(try loader.wait(within: .seconds(60)) == 0)
            close(ends[0])
            for words in [["--format", "journald", "file"], ["--format", "vault", "-"], ["-"]] {
                let outcome = try place.run([Place.program, "load", "--cursor-file", "x"] + words)
                #expect(outcome.status == 64 && outcome.error.contains("is for the journal"), "\(outcome)")
            }
        }
    }

    @Test func `What --follow cannot do is said`() throws {
        try withWorkplace { place in
            let file = place.folder.file("a")
            for (words, message) in [
                ([file], "--follow needs --checkpoint FILE"),
                (["--checkpoint", "x", "-"], "standard input is stored while it stays open"),
                (["--checkpoint", "x", place.folder.path], "is a folder"),
                (["--checkpoint", "x", file, file], "is named twice"),
                (["--checkpoint", "x", "--rate", "5", file], "leave out --rate"),
            ] {
                let outcome = try place.run([Place.program, "load", "--follow"] + words)
                #expect(outcome.status == 64 && outcome.error.contains(message), "\(outcome)")
            }
            // Of these it is known with the mapping, or with the first lines: nobody waits for more.
            try place.folder.write("name: x\ntime: {path: t}\nformat: csv\n", to: "map.yaml")
            try place.folder.write("CreationDate,AuditData\n", to: "m365.csv")
            try place.folder.write("__CURSOR=a\n__REALTIME_TIMESTAMP=1\n\n", to: "journal")
            for (words, message) in [
                (["--map", place.folder.file("map.yaml"), file], "cannot be followed: a table's first row"),
                ([place.folder.file("m365.csv")], "m365.csv cannot be followed: a table's first row"),
                ([place.folder.file("journal")], "take journalctl --output=json"),
            ] {
                let outcome = try place.run(
                    [Place.program, "load", "--follow", "--checkpoint", place.folder.file("x")] + words
                        + ["--config", place.folder.file("audit-query.yaml")])
                #expect(outcome.status == 64 && outcome.error.contains(message), "\(outcome)")
            }
            try place.folder.write("{}", to: "bad")
            let bad = try place.command("load", "--follow", "--checkpoint", place.folder.file("bad"), file)
            #expect(bad.status == 65 && bad.error.contains("is no checkpoint of this version"), "\(bad)")
        }
    }
}
