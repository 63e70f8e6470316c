import Foundation
import TestSupport
import Testing

/// `audit-query query`, `check` and `demo-data` as a user sees them.
@Suite(.live, .logsOnFailure)
struct QueryCommandTests {
    @Test func `query prints a table, with tabs in a pipe`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let outcome = try place.command("query", "--user", "alice", "--limit", "3")
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.lines.count == 4)
            #expect(outcome.lines[0] == "TIME\tUSER\tACTION\tRESOURCE\tOUTCOME\tADDRESS\tSYSTEM\tAUDIT ID")
            #expect(outcome.error.contains("--all"))
            let expected = try GeneratedRecords.model.get().matching(user: "alice")
            for (line, record) in zip(outcome.lines.dropFirst(), expected) {
                let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                #expect(
                    fields == [
                        record.shownTimestamp, "alice", "Read", record.resourceId, "",
                        record.attributes["sourceIp"].string ?? "", record.systemId, record.auditId,
                    ])
            }
        }
    }

    @Test func `query --json gives one page, --all gives every record, and a cursor goes on`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let expected = try GeneratedRecords.model.get().matching(user: "zoë")
            let page = try json(place, ["query", "--user", "zoë", "--limit", "5", "--json"])
            #expect(page["count"].int == 5 && page["hasMore"].bool == true)
            let all = try json(place, ["query", "--user", "zoë", "--limit", "5", "--all", "--json"])
            #expect(all["records"].elements.map(\.["auditId"].string) == expected.map(\.auditId))
            #expect(all["hasMore"].bool == false && all["nextCursor"] == .null)
            let cursor = try #require(page["nextCursor"].string)
            let next = try json(place, ["query", "--cursor", cursor, "--json"])
            #expect(next["records"].elements.map(\.["auditId"].string) == expected[5..<10].map(\.auditId))
            let day = try json(
                place,
                [
                    "query", "--system", "billing", "--from", "2024-01-31", "--to", "2024-01-31", "--json",
                    "--all",
                ])
            #expect(day["range"]["end"].string == "2024-02-01T00:00:00.000Z")
        }
    }

    @Test func `query --filter leaves out what does not pass, and tells where a filter is wrong`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let expected = try GeneratedRecords.model.get().matching(user: "zoë")
            let found = try json(
                place,
                [
                    "query", "--user", "zoë", "--filter", "auditId CO \"id_3/\" and nested.list eq 1",
                    "--all", "--json",
                ])
            let passing = expected.map(\.auditId).filter { $0.contains("id_3/") }
            #expect(found["records"].elements.map(\.["auditId"].string) == passing)
            #expect(!passing.isEmpty && passing.count < expected.count)
            let wrong = try place.command(
                "query", "--user", "zoë", "--filter", "sourceIp is 1", "--limit", "0")
            #expect(wrong.status == 64 && wrong.error.contains("--limit: "), "\(wrong)")
            #expect(
                wrong.error.contains("--filter: is wrong at character 10: an operator was expected"),
                "\(wrong)")
        }
    }

    @Test func `query --search finds words wherever they stand, and tells what is wrong with them`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let expected = try GeneratedRecords.model.get().matching(user: "zoë")
            let found = try json(
                place, ["query", "--user", "zoë", "--search", "ID_3/  ZOË", "--all", "--json"])
            let passing = expected.map(\.auditId).filter { $0.contains("id_3/") }
            #expect(found["records"].elements.map(\.["auditId"].string) == passing)
            #expect(!passing.isEmpty && passing.count < expected.count)
            let wrong = try place.command("query", "--user", "zoë", "--search", "of words")
            #expect(
                wrong.status == 64 && wrong.error.contains("--search: has a word of 2 characters (of); "),
                "\(wrong)")
        }
    }

    @Test func `wrong queries are 64 and name the options, a missing store is 69, a wrong file 78`() throws {
        try withWorkplace { place in
            let wrong = try place.command("query", "--limit", "0", "--from", "x")
            #expect(wrong.status == 64)
            for option in ["--limit", "--from"] {
                #expect(wrong.error.contains(option), "\(wrong)")
            }
            let missing = try place.command("query", "--user", "alice")
            #expect(missing.status == 69 && missing.error.contains("audit.db"), "\(missing)")
            let file = try place.run([Place.program, "query", "--user", "a", "--config", "/nowhere.yaml"])
            #expect(file.status == 78 && file.error.contains("/nowhere.yaml"), "\(file)")
            try place.folder.write("store: { sqlite: { pth: /x } }\n", to: "audit-query.yaml")
            let key = try place.command("query", "--user", "a")
            #expect(key.status == 78 && key.error.contains("audit-query.yaml:1: store.sqlite.pth"), "\(key)")
        }
        try withWorkplace(["worker.threads": "many"]) { place in
            let outcome = try place.command("query", "--user", "a")
            #expect(
                outcome.status == 78 && outcome.error.contains("AUDIT_QUERY_WORKER_THREADS"), "\(outcome)")
        }
    }

    @Test func `an empty answer says which time was searched, or who is unknown at any time`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let day = try place.command(
                "query", "--system", "billing", "--from", "2024-01-29", "--to", "2024-01-29")
            let range = "from 2024-01-29T00:00:00.000Z before 2024-01-30T00:00:00.000Z"
            #expect(day.status == 0 && day.error == "There are no such records \(range).\n", "\(day)")
            let both = try place.command("query", "--user", "alise", "--system", "biling")
            #expect(both.lines == ["TIME\tUSER\tACTION\tRESOURCE\tOUTCOME\tADDRESS\tSYSTEM\tAUDIT ID"])
            #expect(
                both.error.hasPrefix(
                    """
                    There are no records of the system biling at all. Nearest: billing.
                    There are no records of the user alise at all. Nearest: alice, al
                    """), "\(both)")
            let resource = try place.command("query", "--resource", "nowhere", "--json")
            #expect(resource.error == "There are no records of the resource nowhere at all.\n", "\(resource)")
            #expect(resource.status == 0 && resource.output.contains("\"count\":0"), "\(resource)")
        }
    }

    @Test func `check says line by line what is wrong, and is 0 when nothing is`() throws {
        try withWorkplace { place in
            let bad = try place.command("check")
            #expect(bad.status == 1, "\(bad)")
            #expect(bad.lines.contains { $0.hasPrefix("wrong") && $0.contains("audit.db") })
            #expect(bad.lines.contains { $0.hasPrefix("wrong") && $0.contains("keys.json") })
            try place.load([])
            _ = try place.key("any")
            let good = try place.command("check")
            #expect(good.status == 0, "\(good)")
            // Here no pool is to run.
            let doubts = good.lines.filter { !$0.hasPrefix("ok ") }
            #expect(
                doubts.allSatisfy {
                    $0.hasPrefix("warning  workers: none has its socket in /run/audit-query")
                }, "\(good)")
            try place.folder.write("short", to: "cursor.secret")
            let secret = try place.command("check")
            #expect(
                secret.status == 1 && secret.lines.contains { $0.hasPrefix("wrong") && $0.contains("cursor") }
            )
        }
    }

    @Test func `demo-data is the same for the same seed, and loads without a fault`() throws {
        try withWorkplace { place in
            func demo(_ seed: String) throws -> String {
                try place.run([Place.program, "demo-data", "--records", "500", "--seed", seed]).output
            }
            let first = try demo("7")
            #expect(try demo("7") == first)
            #expect(try demo("8") != first)
            #expect(first.split(separator: "\n").count == 500)
            let outcome = try place.command("load", "-", input: first)
            #expect(outcome.status == 0 && outcome.output.contains("500 records loaded"), "\(outcome)")
            #expect(try place.run([Place.program, "demo-data", "--records", "-1"]).status == 64)
        }
    }

    @Test func `help teaches, the version is semantic, and shells get completions`() throws {
        try withWorkplace { place in
            for command in [
                [], ["load"], ["query"], ["serve"], ["keys", "create"], ["check"], ["demo-data"], ["setup"],
                ["pool"],
            ] {
                let outcome = try place.run([Place.program] + command + ["--help"])
                #expect(outcome.status == 0 && outcome.output.contains("audit-query"), "\(outcome)")
                #expect(command.isEmpty || outcome.output.contains("Example"), "\(command)")
            }
            let version = try place.run([Place.program, "--version"])
            #expect(version.status == 0 && version.output.contains(/^\d+\.\d+\.\d+\n$/))
            for shell in ["bash", "zsh", "fish"] {
                let script = try place.run([Place.program, "--generate-completion-script", shell])
                #expect(script.status == 0 && script.output.contains("demo-data"))
                // Also of what only an installed machine runs.
                for option in ["trial-certificate", "certificate-key"] {
                    #expect(script.output.contains(option), "\(shell): \(option)")
                }
            }
            let bash = try place.run([
                "bash", "-c", "\"$0\" --generate-completion-script bash | bash -n", Place.program,
            ])
            #expect(bash.status == 0, "\(bash)")
            #expect(try place.run([Place.program, "no-such-command"]).status == 64)
        }
    }

    @Test func `a reader that goes away ends a long output quietly`() throws {
        try withWorkplace { place in
            let outcome = try place.run([
                "bash", "-c", "\"$0\" demo-data --records 200000 | head -n 1; echo ${PIPESTATUS[0]}",
                Place.program,
            ])
            #expect(outcome.lines.count == 2 && outcome.error.isEmpty, "\(outcome)")
            #expect(["0", "141"].contains(outcome.lines.last), "141 is SIGPIPE, as other programs end")
        }
    }

    private func json(_ place: Workplace, _ arguments: [String]) throws -> JSONValue {
        let outcome = try place.run(
            [Place.program] + arguments + ["--config", place.folder.file("audit-query.yaml")])
        guard outcome.status == 0 else { throw Failure("\(arguments): \(outcome)") }
        return try JSONValue(Data(outcome.output.utf8))
    }
}
