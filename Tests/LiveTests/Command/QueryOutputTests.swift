import Threads
import Foundation
import Glibc
import TestSupport
import Testing

/// What `audit-query query` writes, when, and for whom.
@Suite(.live, .logsOnFailure)
struct QueryOutputTests {
    @Test(arguments: [["--columns", "attributes"], ["--json"]])
    func `--all writes each page as it comes and holds no other, and Ctrl-C ends it quietly`(_ form: [String])
        throws
    {
        try withWorkplace { place in
            try fill(place, count: 6000, byteCount: 4096)
            let query = [
                Place.program, "query", "--user", "alice", "--config", place.folder.file("audit-query.yaml"),
                "--limit", "500",
            ]
            // Nobody reads on, so that each stops at its first page.
            let page = try Reading(query + form, "page", place)
            defer { page.process.destroy() }
            let all = try Reading(query + form + ["--all"], "all", place)
            defer { all.process.destroy() }
            let difference = try all.peakMemory() - page.peakMemory()
            #expect(difference < 8 << 10, "pages of 2 MB, all of 24 MB: \(difference) kB more")
            all.process.signal(SIGINT)
            #expect(try all.process.wait(within: .seconds(60)) == 128 + SIGINT)
            #expect(place.folder.text("all.err") == "")
        }
    }

    @Test(arguments: ["", "--json"])
    func `a reader that goes away ends --all quietly`(_ form: String) throws {
        try withWorkplace { place in
            try fill(place, count: 3000, byteCount: 512)
            let outcome = try place.run([
                "bash", "-c",
                "\"$0\" query --user alice --all --config \"$1\" $2 | head -c 20 >/dev/null; echo ${PIPESTATUS[0]}",
                Place.program, place.folder.file("audit-query.yaml"), form,
            ])
            #expect(outcome.error.isEmpty && ["0", "141"].contains(outcome.lines.last), "\(outcome)")
        }
    }

    @Test func `on a terminal no id is cut, and what steers it or is not seen is shown`() throws {
        try withWorkplace { place in
            let resource = "arn:aws:s3:::a-bucket/" + String(repeating: "long/", count: 30) + "end"
            try place.load([
                #"{"auditId":"id\u200b1","timestamp":"2024-01-31T10:00:00Z","systemId":"s3","userId":"alice","#
                    + #""resourceId":"\#(resource)","action":"Get\u202eObject","outcome":"success"}"#
            ])
            let table = try terminal(place, columns: 60, "--user alice --time-zone Europe/Berlin")
            #expect(table.lines.allSatisfy { $0.count <= 60 }, "\(table)")
            let shown = table.output.filter { !$0.isWhitespace }
            for text in [resource, "id<U+200B>1", "Get<U+202E>Object", "2024-01-31T11:00:00.000+01:00"] {
                #expect(shown.contains(text), "\(text) in \(table)")
            }
            let wide = try terminal(place, columns: 60, "--user alice --wide")
            #expect(wide.lines.count == 2 && wide.lines[1].contains(resource), "\(wide)")
            let json = try terminal(place, columns: 60, "--user alice --json")
            #expect(json.output.contains(#"Get\u202eObject"#) && !json.output.contains("\u{202E}"), "\(json)")
            let record = try JSONValue(Data(json.output.utf8))["records"][0]
            #expect(record["attributes"]["action"].string == "Get\u{202E}Object")
            // Programs get what is stored.
            let piped = try place.command("query", "--user", "alice")
            #expect(piped.lines[1].contains("Get\u{202E}Object\t"), "\(piped)")
        }
    }

    @Test func `dates are those of the place, and columns those that are asked for`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let day = try place.command(
                "query", "--user", "alice", "--from", "2024-01-31", "--to", "2024-01-31", "--time-zone",
                "Asia/Tokyo", "--all", "--columns", "timestamp,number")
            // 2024-01-31 in Tokyo ends at 15:00 UTC.
            let expected = try GeneratedRecords.model.get().matching(user: "alice").filter {
                $0.instant >= "2024-01-30T15" && $0.instant < "2024-01-31T15"
            }
            #expect(!expected.isEmpty && day.lines.count == expected.count + 1, "\(day)")
            #expect(day.lines[0] == "TIME\tnumber")
            #expect(
                day.lines.dropFirst().allSatisfy {
                    $0.hasPrefix("2024-01-31T")
                        && $0.hasSuffix("+09:00\t12345678901234567890123456789012345678")
                }, "\(day)")
            let month = try place.command(
                "query", "--user", "alice", "--from", "2024-02", "--to", "2024-02", "--json")
            #expect(
                try JSONValue(Data(month.output.utf8))["range"]["end"].string == "2024-03-01T00:00:00.000Z")
            let since = try place.command("query", "--user", "alice", "--from", "-7d")
            #expect(
                since.status == 0 && since.error.contains("There are no such records from 20"), "\(since)")
        }
    }

    @Test func `no secret is needed to read the store, unless a cursor is asked for`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            unlink(place.folder.file("cursor.secret"))
            #expect(try place.command("query", "--user", "alice").status == 0)
            #expect(try place.command("query", "--user", "alice", "--all", "--json").status == 0)
            #expect(try place.command("query", "--user", "alice", "--json", "--limit", "1000").status == 0)
            let cursor = try place.command("query", "--cursor", "x")
            #expect(cursor.status == 78 && cursor.error.contains("cursor.secret"), "\(cursor)")
            let json = try place.command("query", "--user", "alice", "--json", "--limit", "1")
            #expect(json.status == 78 && json.error.contains("cursor.secret"), "\(json)")
        }
    }

    @Test func `the variable names the configuration, and what is wrong is told with the file that was read`()
        throws
    {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let path = place.folder.file("audit-query.yaml")
            func query(_ variable: String, _ options: String...) throws -> Workplace.Outcome {
                try place.run(
                    ["env", "AUDIT_QUERY_CONFIG=\(variable)", Place.program, "query", "--user", "alice"]
                        + options)
            }
            let found = try query(path)
            #expect(
                found.status == 0 && found.lines.count > 1 && !found.error.contains("warning"), "\(found)")
            let missing = try query("/nowhere.yaml")
            #expect(
                missing.status == 78
                    && missing.error.contains("configuration: /nowhere.yaml, named by AUDIT_QUERY_CONFIG"),
                "\(missing)")
            #expect(try query("/nowhere.yaml", "--config", path).status == 0)
            try place.folder.write("store: { sqlite: { path: /nowhere/audit.db } }\n", to: "other.yaml")
            let other = try query(path, "--config", place.folder.file("other.yaml"))
            #expect(other.status == 69 && other.error.contains("other.yaml, named by --config"), "\(other)")
            let check = try place.run(["env", "AUDIT_QUERY_CONFIG=\(path)", Place.program, "check"])
            #expect(check.output.contains("configuration: \(path), named by AUDIT_QUERY_CONFIG"), "\(check)")
        }
    }

    @Test func `the first look of the help works as it stands, in an empty folder`() throws {
        try withWorkplace { place in
            let help = try place.run([Place.program, "--help"])
            let lines = help.output.split(separator: "\n", omittingEmptySubsequences: false)
            let commands = lines.drop { !$0.hasPrefix("A first look") }.dropFirst().prefix { !$0.isEmpty }
            #expect(commands.count >= 3 && commands.allSatisfy { $0.hasPrefix("  ") }, "\(help)")
            let folder = place.folder.file("empty")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let program = URL(filePath: Place.program).deletingLastPathComponent().path
            let outcome = try place.run([
                "bash", "-euo", "pipefail", "-c",
                "cd \"$0\"; PATH=$1:$PATH; \(commands.joined(separator: "\n"))",
                folder, program,
            ])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.lines.contains { $0.contains("\tuser-1@example.com\t") }, "\(outcome)")
        }
    }

    /// A query on a terminal of so many columns.
    private func terminal(_ place: Workplace, columns: Int, _ options: String) throws -> Workplace.Outcome {
        let config = place.folder.file("audit-query.yaml")
        let outcome = try place.run([
            "script", "-qec", "stty cols \(columns); \(Place.program) query \(options) --config \(config)",
            "/dev/null",
        ])
        guard outcome.status == 0 else { throw Failure("on a terminal: \(outcome)") }
        return Workplace.Outcome(
            status: 0,
            output: outcome.output.replacing("\r\n", with: "\n").replacing("\u{1B}[1m", with: "").replacing(
                "\u{1B}[0m", with: ""), error: outcome.error)
    }

    /// Puts records of alice's into the store, past the loader, which takes longer.
    private func fill(_ place: Workplace, count: Int, byteCount: Int) throws {
        try place.load([])
        let insert = """
            import sqlite3, sys
            path, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
            file = sqlite3.connect(path)
            for table, columns in (("systems", "(1, 's', 0)"), ("users", "(1, 1, 'alice')"), ("resources", "(1, 1, 'r')")):
                file.execute("INSERT INTO %s VALUES %s" % (table, columns))
            file.executemany("INSERT INTO entries VALUES (?, 1, ?, ?, ?, 1, 1, ?)",
                ((number + 1, 1706695200000 + number // 1000000, number % 1000000, "id-%d" % number, '{"text":"%s"}' % ("x" * size))
                 for number in range(count)))
            file.execute("UPDATE arrival SET last = ?", (count,))
            file.commit()
            """
        let outcome = try place.run([
            "python3", "-c", insert, place.folder.file("audit.db"), "\(count)", "\(byteCount)",
        ])
        guard outcome.status == 0 else { throw Failure("python3: \(outcome)") }
    }

    /// A process whose output is read to its first bytes, and no further.
    private final class Reading {
        let process: ChildProcess
        private let descriptor: Int32

        init(_ arguments: [String], _ log: String, _ place: Workplace) throws {
            let path = place.folder.file("\(log).out")
            guard mkfifo(path, 0o600) == 0 else { throw Failure("mkfifo: errno \(errno)") }
            // For writing too, so that neither side waits for the other.
            descriptor = open(path, O_RDWR | O_CLOEXEC)
            process = try place.start(arguments, log: log)
            var bytes = [UInt8](repeating: 0, count: 100)
            guard read(descriptor, &bytes, bytes.count) > 0 else { throw Failure("read: errno \(errno)") }
        }

        deinit { close(descriptor) }

        /// The most memory that it has taken, in kB, once the pipe of 64 KiB is full: then it waits.
        func peakMemory() throws -> Int {
            try eventually("\(process.name) waits for its reader", within: .seconds(60)) {
                var count: Int32 = 0
                return ioctl(descriptor, UInt(FIONREAD), &count) == 0 && count > 60_000
            }
            let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            guard let text = line?.split(whereSeparator: \.isWhitespace).dropFirst().first,
                let number = Int(text)
            else { throw Failure("no VmHWM in \(status)") }
            return number
        }
    }
}
