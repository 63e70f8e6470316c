import Foundation
import TestSupport
import Testing

/// What `audit-query load` says of records that are there, and of lines that it leaves out.
@Suite(.live, .logsOnFailure)
struct LoadReportTests {
    private static func line(_ id: String, _ rest: String = "") -> String {
        #"{"auditId":"\#(id)","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u","resourceId":"r"\#(rest)}"#
    }

    /// The digest as another program finds it: decision 42 says how.
    private func digest(_ place: Workplace, _ attributes: String) throws -> String {
        let script = """
            import hashlib, json, sys
            record = {"auditId": "a", "timestamp": "2024-01-31T10:00:00.000Z", "systemId": "s", "userId": "u",
                      "resourceId": "r", "attributes": json.loads(sys.argv[1])}
            text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            print(hashlib.sha256(text.encode()).hexdigest())
            """
        return try place.run(["python3", "-c", script, attributes]).lines[0]
    }

    @Test func `new, equal and replaced are told apart, with both digests of what is replaced`() throws {
        try withWorkplace { place in
            try expectConflicts(place) { words, input in
                try place.run(
                    [Place.program] + words + ["--config", place.folder.file("audit-query.yaml")],
                    input: Data(input.utf8))
            }
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `so they are in DynamoDB, and an item that is no record is replaced`() throws {
        try DynamoDBPlace.with { table in
            let made = try table.command("table", "create")
            let name = try #require(made.output.firstMatch(of: /live-[0-9]+/), "\(made)").output
            try expectConflicts(table.place) { words, input in
                try table.place.run(table.arguments(words), input: Data(input.utf8))
            }
            let script = """
                import boto3, sys
                boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="eu-west-1", aws_access_key_id="a",
                    aws_secret_access_key="b").put_item(TableName=sys.argv[2], Item={"PK": {"S": "s#2024-01-31"},
                    "SK": {"S": "2024-01-31T10:00:00.000Z#bad"}, "GS1_PK": {"S": "no hash"},
                    "GS1_SK": {"S": "2024-01-31T10:00:00.000Z#bad"}})
                """
            let put = try table.place.run(
                ["python3", "-c", script, try MotoServer.shared().url, String(name)])
            #expect(put.status == 0, "\(put)")
            let lines = [Self.line("bad"), Self.line("good")].joined(separator: "\n")
            let outcome = try table.place.run(table.arguments(["load", "-"]), input: Data(lines.utf8))
            #expect(
                outcome.status == 0 && outcome.output.contains("1 new, 0 there already, 1 replaced"),
                "\(outcome)")
            #expect(outcome.error.contains("of what cannot be read is there"), "\(outcome)")
        }
    }

    private func expectConflicts(
        _ place: Workplace, _ run: ([String], String) throws -> Workplace.Outcome
    ) throws {
        let first = try run(
            ["load", "-"], [Self.line("a", #","n":1.5,"t":"é\n""#), Self.line("b")].joined(separator: "\n"))
        #expect(first.status == 0 && first.output.contains("2 records loaded into "), "\(first)")
        #expect(first.output.contains(": 2 new, 0 there already, 0 replaced\n"), "\(first)")
        // The same, spelt otherwise, and another one.
        let equal = try run(
            ["load", "-"],
            [Self.line("a", #", "t":"\u00e9\n", "n":150e-2"#), Self.line("c")].joined(separator: "\n"))
        #expect(equal.output.contains(": 1 new, 1 there already, 0 replaced\n"), "\(equal)")
        #expect(equal.status == 0 && equal.error.isEmpty, "\(equal)")
        let (stored, new) = try (digest(place, #"{"n":1.5,"t":"é\n"}"#), digest(place, #"{"n":2}"#))
        let told =
            #"systemId "s", timestamp 2024-01-31T10:00:00.000Z, auditId "a": SHA-256 \#(stored) is there, "#
            + "\(new) is to be loaded"
        let changed = Self.line("a", #","n":2"#)
        let refused = try run(
            ["load", "--no-replace", "-"], [Self.line("d"), changed].joined(separator: "\n"))
        #expect(refused.status == 1 && refused.output.contains("1 record loaded"), "\(refused)")
        #expect(
            refused.error.contains("standard input:2: is refused, for the store has another record"),
            "\(refused)")
        #expect(refused.error.hasSuffix("audit-query: 1 line was left out\n"), "\(refused)")
        #expect(refused.error.contains(told), "\(refused)")
        let replaced = try run(["load", "-"], changed)
        #expect(replaced.output.contains(": 0 new, 0 there already, 1 replaced\n"), "\(replaced)")
        #expect(
            replaced.status == 0 && replaced.error.contains("standard input:1: replaces a record: \(told)"),
            "\(replaced)")
        #expect(replaced.error.contains("warning: 1 record took the place of another"), "\(replaced)")
        let unchecked = try run(["load", "--unchecked", "-"], Self.line("a"))
        #expect(unchecked.output.contains(", without a look at what was there\n"), "\(unchecked)")
        #expect(unchecked.status == 0 && unchecked.error.isEmpty, "\(unchecked)")
        #expect(try run(["load", "--unchecked", "--no-replace", "-"], "").status == 64)
    }

    @Test func `lines of one fault are told a few times, and counted`() throws {
        try withWorkplace { place in
            let bad = Array(repeating: #"{"auditId":"a","systemId":"s"}"#, count: 300)
            let outcome = try place.command(
                "load", "-",
                input: (bad + ["{}", Self.line("a"), Self.line("\\u0007")]).joined(separator: "\n"))
            #expect(outcome.status == 1, "\(outcome)")
            let lines = outcome.error.split(separator: "\n").map(String.init)
            let told = lines.filter { $0.hasPrefix("standard input:") && !$0.contains("more line") }
            // Five of the first kind; {} has faults that they have not.
            #expect(told.count == 7, "\(outcome)")
            #expect(
                told[0] == "standard input:1: userId is missing; resourceId is missing; timestamp is missing")
            #expect(lines.contains("standard input: 295 more lines: userId is missing"), "\(outcome)")
            #expect(lines.last == "audit-query: 302 lines were left out", "\(outcome)")
        }
    }

    @Test func `refused lines are kept as they were, whatever they are`() throws {
        try withWorkplace { place in
            let long = Data(#"{"auditId":""#.utf8) + Data(repeating: 0x78, count: 5_000_000)
            let bad: [Data] = [
                Data([0xEF, 0xBB, 0xBF]) + Data("{\"bom\":1}".utf8), Data("{\"crlf\":1}  \r".utf8),
                Data(Self.line("\\u0007").utf8), Data(Self.line("").utf8), Data([0x7B, 0xFF, 0x00, 0x7D]),
                long,
                Data("no end".utf8),
            ]
            var file = Data()
            for (number, line) in bad.enumerated() {
                file += line
                if number < bad.count - 1 { file += Data("\n\n\(Self.line("good-\(number)"))\n".utf8) }
            }
            try place.folder.write(file, to: "mixed.ndjson")
            let rejects = place.folder.file("rejects")
            let outcome = try place.command("load", "--rejects", rejects, place.folder.file("mixed.ndjson"))
            #expect(outcome.status == 1 && outcome.output.hasPrefix("6 records loaded"), "\(outcome)")
            #expect(outcome.error.contains("7 lines were left out; they are in \(rejects)"), "\(outcome)")
            let expected = bad.reduce(Data()) { $0 + $1 + Data([0x0A]) }
            #expect(FileManager.default.contents(atPath: rejects) == expected)
            // Another load adds to it, behind what somebody else has left unfinished.
            try place.folder.write(Data("unfinished".utf8), to: "rejects")
            _ = try place.command("load", "--rejects", rejects, place.folder.file("mixed.ndjson"))
            #expect(FileManager.default.contents(atPath: rejects) == Data("unfinished\n".utf8) + expected)
            let itself = try place.command("load", "--rejects", rejects, rejects)
            #expect(itself.status == 65 && itself.error.contains("is to be loaded"), "\(itself)")
            #expect(FileManager.default.contents(atPath: rejects) == Data("unfinished\n".utf8) + expected)
            let nowhere = try place.command("load", "--rejects", "/nowhere/rejects", rejects)
            #expect(
                nowhere.status == 65 && nowhere.error.contains("/nowhere/rejects: No such file"), "\(nowhere)"
            )
        }
    }

    @Test func `a refused line that cannot be kept ends the load, which can be gone on with`() throws {
        try withWorkplace { place in
            let lines = GeneratedRecords.lines.prefix(1500) + ["bad"] + GeneratedRecords.lines.suffix(60)
            try place.folder.write(lines.joined(separator: "\n"), to: "mixed.ndjson")
            let file = place.folder.file("mixed.ndjson")
            // Five hundred records at once, the last of which are under way.
            let outcome = try place.command("load", "--rate", "2000", "--rejects", "/dev/full", file)
            #expect(outcome.status == 74, "\(outcome)")
            #expect(outcome.error.contains("/dev/full: No space left on device"), "\(outcome)")
            for words in ["--rejects /dev/full", "--skip 1000", "\(file)\n"] {
                #expect(outcome.error.contains(words), "\(outcome)")
            }
            let rest = try place.command(
                "load", "--rejects", place.folder.file("kept"), "--skip", "1000", file)
            #expect(rest.status == 1 && rest.output.hasPrefix("560 records loaded"), "\(rest)")
            #expect(place.folder.text("kept") == "bad\n")
        }
    }

    @Test func `what is queried can be loaded elsewhere, and is answered alike there`() throws {
        try withWorkplace { place in
            try place.load(GeneratedRecords.lines)
            let text = String(repeating: "x", count: 5000)
            try place.load(
                (0..<900).map {
                    Self.line("large-\($0)", #","text":"\#(text)""#).replacing(#""s""#, with: #""large""#)
                })
            let systems = GeneratedRecords.systems + ["large"]
            let answers = try systems.map { try answer($0, place) }
            // Longer than any line may be.
            #expect(answers.contains { $0.utf8.count > 4 << 20 })
            try withWorkplace { other in
                for (number, answer) in answers.enumerated() {
                    try other.folder.write(answer, to: "\(number).json")
                }
                let files = answers.indices.map { other.folder.file("\($0).json") }
                let loaded = try other.run(
                    [Place.program, "load"] + files + ["--config", other.folder.file("audit-query.yaml")])
                #expect(loaded.status == 0 && loaded.error.isEmpty, "\(loaded)")
                for (system, expected) in zip(systems, answers) {
                    let isEqual = try answer(system, other) == expected
                    #expect(isEqual, "\(system)")
                }
            }
        }
    }

    private func answer(_ system: String, _ place: Workplace) throws -> String {
        let outcome = try place.command(
            "query", "--system", system, "--from", "2024-01-01", "--to", "2024-03-01", "--all", "--json")
        #expect(outcome.status == 0, "\(outcome)")
        return outcome.output
    }

    @Test(.enabled(if: PrivateJournal.isPossible, "needs root and systemd's journald"))
    func `every replacement, and every refusal of one, is an entry of the journal`() throws {
        let journal = try PrivateJournal()
        defer { journal.destroy() }
        try withWorkplace { place in
            try place.load((0..<50).map { Self.line("id-\($0)") })
            let changed = (0..<50).map { Self.line("id-\($0)", #","x":1"#) }.joined(separator: "\n")
            for option in ["--no-replace", "--quiet"] {
                let outcome = try place.run(
                    journal.launcher + [Place.program, "load", option, "-", "--config"]
                        + [place.folder.file("audit-query.yaml")], input: Data(changed.utf8))
                #expect(outcome.error.contains("45 more lines: "), "\(outcome)")
            }
            let refused = try eventually("the refusals in the journal") {
                let entries = try journal.entries("EVENT=replace-refused")
                return entries.count == 50 ? entries : nil
            }
            let replaced = try eventually("the replacements in the journal") {
                let entries = try journal.entries("EVENT=replace", "SYSTEM_ID=s")
                return entries.count == 50 ? entries : nil
            }
            for entry in refused + replaced {
                #expect(entry["SYSLOG_IDENTIFIER"].string == "audit-query-changes")
                #expect(entry["PRIORITY"].string == "4" && entry["SOURCE"].string == "standard input")
                #expect(entry["STORE"].string == place.folder.file("audit.db"))
                #expect(entry["STORED_SHA256"].string?.count == 64 && entry["NEW_SHA256"].string?.count == 64)
                #expect(entry["STORED_SHA256"] != entry["NEW_SHA256"])
            }
            let lines = Set(replaced.compactMap { $0["SOURCE_LINE"].string.flatMap { Int($0) } })
            #expect(lines == Set(1...50) && Set(replaced.compactMap { $0["AUDIT_ID"].string }).count == 50)
        }
    }
}
