import Foundation
import TestSupport
import Testing

/// `audit-query count`, of the store and of a whole installation.
@Suite(.live(.init(lines: GeneratedRecords.lines)), .logsOnFailure)
struct CountCommandTests {
    let live: LiveInstallation

    init() throws {
        live = try LiveInstallation.shared
    }

    private func local(_ options: [String]) throws -> Workplace.Outcome {
        try live.place.run(
            [Place.program, "count", "--config", live.place.folder.file("audit-query.yaml")] + options)
    }

    private func remote(_ options: [String]) throws -> Workplace.Outcome {
        try live.place.run(
            [
                "env", "AUDIT_QUERY_KEY=\(live.adminKeys[0])", Place.program, "count", "--url",
                "https://127.0.0.1:\(live.nginx.port)", "--ca-file", live.nginx.authorityPath,
            ] + options)
    }

    @Test(arguments: [
        ["--user", "zoë"], ["--user", "zoë", "--by", "day"],
        ["--user", "alice", "--by", "outcome,month", "--json"],
        ["--resource", "\"\\", "--by", "systemId", "--by", "userId"],
        [
            "--system", "billing", "--from", "2024-01", "--to", "2024-01", "--by", "userId", "--top", "2",
            "--json",
        ],
        ["--user", "alice", "--filter", "action eq \"Read\"", "--by", "action", "--top", "1"],
        ["--user", "alice", "--from", "2024-01-31", "--to", "2024-01-31", "--by", "hour"],
    ])
    func `the server counts what the store has, byte for byte`(_ options: [String]) throws {
        let (here, there) = (try local(options), try remote(options))
        #expect(here.status == 0 && !here.output.isEmpty, "\(here)")
        #expect(there.status == 0 && there.output == here.output && there.error == here.error, "\(there)")
    }

    @Test(arguments: [("C.UTF-8", "█"), ("C", "#")] as [(String, Character)], [31, 64, 120])
    func `on a terminal counts by time are drawn beside their numbers, as wide as it is`(
        _ locale: (name: String, block: Character), _ columns: Int
    ) throws {
        let options = ["--user", "alice", "--from", "2024-01-31", "--to", "2024-01-31", "--by", "hour"]
        let piped = try local(options).lines.dropFirst().map { $0.split(separator: "\t").map(String.init) }
        let counts = piped.compactMap { $0.last.flatMap { Int($0) } }
        let most = try #require(counts.max())
        #expect(counts.count == 24 && counts.contains(0) && Set(counts).count > 2, "\(counts)")

        let terminal = try PseudoTerminal(columns: UInt16(columns))
        let process = try ChildProcess(
            [Place.program, "count", "--config", live.place.folder.file("audit-query.yaml")] + options,
            environment: live.place.environment.merging(["LANG": locale.name]) { $1 },
            streams: ChildProcess.Streams(outputPath: terminal.path), guardian: live.place.guardian)
        defer { process.destroy() }
        #expect(try process.wait() == 0)
        let lines = try eventually("all rows are on the terminal") {
            let lines = terminal.text().split(separator: "\n").map(String.init)
            return lines.count > counts.count ? lines : nil
        }
        #expect(lines[0].hasPrefix("\u{1B}[1mHOUR ") && lines[0].hasSuffix("COUNT\u{1B}[0m"), "\(lines[0])")
        let room = columns - "2024-01-31T00  COUNT  ".count
        for (line, (row, count)) in zip(lines.dropFirst(), zip(piped, counts)) {
            let fields = line.split(separator: " ").map(String.init)
            let whole = room * count / most
            #expect(fields.prefix(2) == row[...] && fields.count == (count == 0 ? 2 : 3), "\(line)")
            #expect(
                line.count { $0 == locale.block } == max(whole, locale.block == "#" && count > 0 ? 1 : 0),
                "\(line)")
            // What is most fills the line, and nothing goes past it.
            #expect(count == most ? line.count == columns : line.count < columns, "\(line)")
        }
    }

    @Test func `every record of every user is counted once, on its day`() throws {
        for user in GeneratedRecords.users {
            let expected = try GeneratedRecords.model.get().matching(user: user)
            let counted = try JSONValue(
                Data(try remote(["--user", user, "--by", "userId", "--json"]).output.utf8))
            #expect(counted["count"].int == expected.count)
            let alone = try local(["--user", user])
            #expect(alone.output == "\(expected.count)\n", "\(alone)")
        }
    }

    @Test func `wrong questions name options, here and there`() throws {
        for ask in [local, remote] {
            let wrong = try ask([
                "--by", "day,day", "--top", "0", "--system", "billing", "--from", "2020", "--to", "2024",
            ])
            #expect(wrong.status == 64 && wrong.error.contains("--by: is day twice"), "\(wrong)")
            #expect(
                wrong.error.contains("--top: must be") && wrong.error.contains("--from: is more than 366"))
            #expect(try ask(["--by", "a..b"]).status == 64)
            let nobody = try ask(["--user", "nobody at all", "--by", "day"])
            #expect(
                nobody.status == 0 && nobody.output == "DAY\tCOUNT\n" && !nobody.error.isEmpty, "\(nobody)")
        }
    }

    @Test func `a count comes through nginx, and again from the cache`() throws {
        let client = live.client()
        let first = try client.get("/v1/records/count?userId=alice&by=day&by=outcome")
        #expect(first.status == 200 && first["ETag"] != nil)
        let second = try client.get("/v1/records/count?userId=alice&by=day&by=outcome")
        #expect(second["Cache-Status"]?.contains("; hit") == true)
        #expect(try client.get("/v1/records/count?userId=alice&by=day&top=0").status == 400)
    }
}
