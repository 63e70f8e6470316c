import Foundation
import TestSupport
import Testing

/// No command ends as if all were well when what it had to say could not be written. /dev/full is a disk without room.
@Suite(.live, .logsOnFailure)
struct OutputFailureTests {
    /// Commands of the embedded store, and what comes of the arguments. KEY is the id of a key that is there.
    private static let embedded = [
        ["--help"], ["--version"], ["help", "load"], ["--generate-completion-script", "bash"],
        ["demo-data", "--records", "3"], ["query", "--user", "alice"],
        ["query", "--system", "billing", "--all", "--json"], ["keys", "list"], ["keys", "list", "--json"],
        ["keys", "create", "--name", "new"], ["keys", "rotate", "KEY"], ["keys", "revoke", "KEY"], ["check"],
        ["load", "more.ndjson"], ["count", "--user", "alice"],
        ["count", "--system", "billing", "--by", "day", "--json"], ["names", "user"],
        ["export", "--user", "alice", "--output", "alice/records.csv.gz"],
        ["follow", "--after", "start", "--until-now"],
        ["follow", "--after", "start", "--until-now", "--json"],
        ["forward", "--to", "file:forwarded", "--checkpoint", "forward.place", "--begin", "start", "--once"],
        ["query", "--user", "alice", "--explain"], ["count", "--user", "alice", "--explain", "--json"],
    ]
    private static let tables = [
        ["table", "create"], ["table", "verify"], ["table", "verify", "--json"],
        ["table", "verify", "--records", "--segments", "1"],
        ["table", "verify", "--records", "--list-systems", "--segments", "1"],
    ]
    private static let workers = [
        ["status"], ["status", "--json"], ["status", "--openmetrics"], ["log-level"],
    ]
    /// A worker prints nothing, two change a host (PoolCommandTests and SetupCommandTests have them), three have suites of
    /// their own (PostgreSQLStoreTests, ConformTests, CopyCommandTests), and the last ones need days that are sealed
    /// (SealCommandTests) or go (RetainCommandTests).
    private static let others: Set = [
        "serve", "setup", "pool", "table months", "table conform", "copy", "seal days", "seal key",
        "seal cosign", "verify",
        "retain days",
        "retain hold",
        "retain lift", "retain holds", "retain key",
    ]

    @Test func `every command is tried here`() throws {
        try withWorkplace { place in
            let help = try JSONValue(
                Data(place.run([Place.program, "--experimental-dump-help"]).output.utf8))
            let all = Self.leaves(of: help["command"]).subtracting(["help"])
            #expect(all.count > 10, "\(all)")
            let tried = (Self.embedded + Self.tables + Self.workers).flatMap { words in
                (1...words.count).map { words.prefix($0).joined(separator: " ") }
            }
            #expect(all.subtracting(tried) == Self.others)
        }
    }

    private static func leaves(of command: JSONValue) -> Set<String> {
        let inner = command["subcommands"].elements
        guard !inner.isEmpty else { return [command["commandName"].string ?? ""] }
        let name = command["commandName"].string ?? ""
        return inner.reduce(into: []) { leaves, each in
            for leaf in Self.leaves(of: each) {
                leaves.insert(name == "audit-query" ? leaf : "\(name) \(leaf)")
            }
        }
    }

    @Test(arguments: embedded)
    func `a full disk behind standard output is an error of its own`(_ command: [String]) throws {
        try withWorkplace { place in
            try prepare(place)
            let outcome = try run(command, place, redirecting: ">/dev/full")
            #expect(outcome.status == 74, "\(outcome)")
            #expect(outcome.error.contains("standard output: No space left on device"), "\(outcome)")
        }
    }

    @Test(arguments: embedded)
    func `so is a closed one`(_ command: [String]) throws {
        try withWorkplace { place in
            try prepare(place)
            #expect(try run(command, place, redirecting: ">&-").status == 74)
        }
    }

    /// Where the parent has it ignored, as Python has, no SIGPIPE ends the command: it sees EPIPE itself.
    @Test(arguments: [("", "141\n"), ("trap '' PIPE;", "0\n")])
    func `a reader that has gone ends a command quietly, also where its signal is ignored`(
        _ ignoring: String, _ status: String
    ) throws {
        try withWorkplace { place in
            // The shell's status is the last command's, so the first one writes its own.
            let script =
                #"{ \#(ignoring) "$0" demo-data --records 100000 2>err; echo $? >status; } | head -n 1"#
            let outcome = try place.run(["sh", "-c", "cd '\(place.folder.path)'; \(script)", Place.program])
            #expect(outcome.lines.count == 1)
            #expect(place.folder.text("status") == status)
            #expect(place.folder.text("err").isEmpty)
        }
    }

    @Test(arguments: ["2>/dev/full", "2>&-"])
    func `a lost standard error stops no load, and is told by the status`(_ redirection: String) throws {
        try withWorkplace { place in
            let lines = GeneratedRecords.lines
            let mixed = lines.flatMap { [$0, "no record"] }
            try place.folder.write(mixed.joined(separator: "\n"), to: "mixed.ndjson")
            let mixedLoad = try run(["load", "mixed.ndjson"], place, redirecting: redirection)
            #expect(mixedLoad.status == 1 && mixedLoad.output.contains("1560 records loaded"), "\(mixedLoad)")
            // Nothing was to be told, so nothing is lost.
            try place.folder.write(lines.joined(separator: "\n"), to: "good.ndjson")
            #expect(try run(["load", "good.ndjson"], place, redirecting: redirection).status == 0)
        }
    }

    @Test func `work that is well done but could not all be told ends with the same status`() throws {
        try withWorkplace { place in
            try prepare(place)
            // Of no records, standard error says that there are none.
            let outcome = try run(["query", "--user", "nobody"], place, redirecting: "2>/dev/full")
            #expect(outcome.status == 74, "\(outcome)")
        }
    }

    @Test(arguments: embedded)
    func `a full disk behind standard error changes nothing but the status, if there was something to tell`(
        _ command: [String]
    ) throws {
        let (told, lost) = try (
            withWorkplace { place in
                try prepare(place)
                return try run(command, place, redirecting: "")
            },
            withWorkplace { place in
                try prepare(place)
                return try run(command, place, redirecting: "2>/dev/full")
            }
        )
        #expect(told.status == 0, "\(told)")
        #expect(lost.status == (told.error.isEmpty ? 0 : 74), "\(told)\n\(lost)")
        #expect(lost.lines.count == told.lines.count)
    }

    @Test func `a failure keeps its status where standard error is lost`() throws {
        try withWorkplace { place in
            for (command, status): ([String], Int32) in [
                (["query", "--limit", "0"], 64), (["query", "--user", "alice"], 69), (["load"], 64),
            ] {
                let outcome = try run(command, place, redirecting: "2>/dev/full")
                #expect(outcome.status == status, "\(command): \(outcome)")
            }
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `what is said of a table is not lost either`() throws {
        try DynamoDBPlace.with { table in
            for command in Self.tables {
                for redirection in [">/dev/full", ">&-"] {
                    let outcome = try table.place.run(
                        ["sh", "-c", "exec \"$@\" \(redirection)", "sh"] + table.arguments(command))
                    #expect(outcome.status == 74, "\(command) \(redirection): \(outcome)")
                }
            }
        }
    }

    @Test func `nor what workers say`() throws {
        try LiveInstallation.with(.init(workers: 1)) { live in
            for command in Self.workers {
                for redirection in [">/dev/full", ">&-"] {
                    let outcome = try live.place.run(
                        ["sh", "-c", "exec \"$@\" \(redirection)", "sh", Place.program] + command
                            + ["--directory", live.place.folder.path])
                    #expect(outcome.status == 74, "\(command) \(redirection): \(outcome)")
                }
            }
        }
    }

    @Test func `nothing that is printed gets into a file that is opened behind a closed stream`() throws {
        try withWorkplace { place in
            try prepare(place)
            let outcome = try run(["load", "more.ndjson"], place, redirecting: ">&- 2>&-")
            #expect(outcome.status == 74, "\(outcome)")
            #expect(try place.command("check").status == 0)
            let records = try place.command("query", "--user", "alice", "--all", "--json")
            #expect(records.status == 0, "\(records)")
            // SQLite takes no such number for its file; what we open ourselves would.
            try place.folder.write("no record\n", to: "bad.ndjson")
            _ = try run(["load", "--rejects", "kept", "bad.ndjson"], place, redirecting: ">&- 2>&-")
            #expect(place.folder.text("kept") == "no record\n")
        }
    }

    @Test func `a key that could not be shown is not there, nor is the old one gone`() throws {
        try withWorkplace { place in
            _ = try place.key("old")
            let before = place.folder.text("keys.json")
            let id = try #require(
                try JSONValue(Data(place.command("keys", "list", "--json").output.utf8)).elements.first?["id"]
                    .string)
            // Nobody reads the second one, and no signal says so.
            let gone = "trap '' PIPE; rm -f gone; mkfifo gone; exec 3<>gone 4>gone 3<&-;"
            for (preparation, redirection) in [("", ">/dev/full"), (gone, ">&4")] {
                for command in [["keys", "create", "--name", "new"], ["keys", "rotate", id]] {
                    let outcome = try run(command, place, redirecting: redirection, after: preparation)
                    #expect(outcome.status == 74, "\(outcome)")
                    #expect(outcome.error.contains("taken back"), "\(outcome)")
                    #expect(place.folder.text("keys.json") == before)
                }
            }
        }
    }

    private func prepare(_ place: Workplace) throws {
        let lines = Array(GeneratedRecords.lines.prefix(200))
        try place.load(lines.prefix(100))
        _ = try place.key("one")
        try place.folder.write(lines.suffix(100).joined(separator: "\n"), to: "more.ndjson")
    }

    private func run(
        _ command: [String], _ place: Workplace, redirecting redirection: String,
        after preparation: String = ""
    ) throws -> Workplace.Outcome {
        let key =
            command.contains("KEY")
            ? try JSONValue(Data(place.command("keys", "list", "--json").output.utf8))[0]["id"].string : nil
        let words = command.map { $0 == "KEY" ? key ?? $0 : $0 }
        let takesNoFile = ["help", "demo-data"].contains(command[0]) || command[0].hasPrefix("--")
        let script = "cd '\(place.folder.path)' && \(preparation) exec \"$0\" \"$@\" \(redirection)"
        return try place.run(
            ["sh", "-c", script, Place.program] + words
                + (takesNoFile ? [] : ["--config", "audit-query.yaml"]))
    }
}
