import Foundation
import Glibc
import TestSupport
import Testing

/// `audit-query copy`: from every kind of store to every other one, whatever stops it, whatever arrives meanwhile.
///
/// One after the other, for they share an emulator: it may take longer than a request has for a scan while it does others.
@Suite(
    .live, .logsOnFailure, .serialized,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct CopyCommandTests {
    /// A workplace, and a configuration for each store that is copied from or to.
    private struct Stores {
        let place: Workplace

        func file(_ name: String) -> String { place.folder.file("\(name).yaml") }

        private func write(_ name: String, _ store: String) throws {
            let folder = place.folder
            try folder.write(
                """
                store: \(store)
                keys: { file: \(folder.file("keys.json")) }
                cursor: { secret-file: \(folder.file("cursor.secret")) }

                """, to: "\(name).yaml")
        }

        func addSQLite(_ name: String) throws {
            try write(name, "{ kind: sqlite, sqlite: { path: \(place.folder.file("\(name).db")) } }")
        }

        func addPostgreSQL(_ name: String) throws -> DatabasePlace {
            let database = try DatabasePlace()
            try database.makeSchema()
            let connection = database.server.connection(database.name)
            try write(name, "{ kind: postgresql, postgresql: { connection: \"\(connection)\" } }")
            return database
        }

        /// Of its own: a table is scanned by requests of three seconds each, for which the one that tests share may be too busy.
        private static let moto = Result { try MotoServer() }

        func addDynamoDB(_ name: String) throws {
            let table = "copy-\(UInt64.random(in: .min ... .max))"
            let url = try Self.moto.get().url
            try write(
                name,
                "{ kind: dynamodb, dynamodb: { table: \(table), regions: [eu-west-1], endpoints: [\"\(url)\"] } }"
            )
            try done("table", "create", "--config", file(name))
        }

        /// The command, with AWS's variables and without others.
        func words(_ words: [String]) -> [String] {
            ["env", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", Place.program] + words
        }

        func run(_ words: String...) throws -> Workplace.Outcome {
            try place.run(self.words(words), within: .seconds(180))
        }

        @discardableResult
        func done(_ words: String...) throws -> Workplace.Outcome {
            let outcome = try place.run(self.words(words), within: .seconds(180))
            guard outcome.status == 0 else { throw Failure("\(words): \(outcome)") }
            return outcome
        }

        func load(_ lines: some Sequence<String>, into name: String) throws {
            try place.folder.write(lines.joined(separator: "\n") + "\n", to: "lines.ndjson")
            try done("load", place.folder.file("lines.ndjson"), "--config", file(name))
        }

        /// All that some records say, in order, however attributes are ordered and numbers spelt.
        func answers(_ name: String) throws -> [String] {
            var questions = GeneratedRecords.users.prefix(6).map { ["--user", $0] }
            questions.append(["--system", "日本", "--from", "2024-01-31", "--to", "2024-02-29"])
            return try questions.flatMap { question -> [String] in
                let outcome = try place.run(
                    words(["query", "--all", "--json", "--config", file(name)] + question))
                let answer = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
                let records = (answer as? [String: Any])?["records"] as? [Any] ?? []
                return try records.map { record in
                    let data = try JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
                    return String(decoding: data, as: UTF8.self)
                }
            }
        }
    }

    private func withStores(_ body: (Stores) throws -> Void) throws {
        try withWorkplace { place in try body(Stores(place: place)) }
    }

    @Test func `from each kind to each other one: both are alike then, and answer alike`() throws {
        try withStores { stores in
            let lines = GeneratedRecords.lines.enumerated().filter { $0.offset % 5 == 0 }.map(\.element)
            let kinds = ["sqlite", "postgresql", "dynamodb", "sqlite", "dynamodb", "postgresql", "sqlite"]
            for (number, kind) in kinds.enumerated() {
                switch kind {
                case "sqlite": try stores.addSQLite("store\(number)")
                case "postgresql": _ = try stores.addPostgreSQL("store\(number)")
                default: try stores.addDynamoDB("store\(number)")
                }
            }
            try stores.load(lines, into: "store0")
            let answers = try stores.answers("store0")
            #expect(answers.count > 100)
            for number in 1..<kinds.count {
                let (from, to) = (stores.file("store\(number - 1)"), stores.file("store\(number)"))
                let copied = try stores.run("copy", "--from", from, "--to", to)
                #expect(copied.status == 0, "\(kinds[number - 1]) to \(kinds[number]): \(copied)")
                #expect(copied.output.hasPrefix("\(lines.count) records copied, 0 replaced; "), "\(copied)")
                #expect(copied.output.contains("no day differs"), "\(copied)")
                let verified = try stores.run("copy", "--from", from, "--to", to, "--verify", "--json")
                #expect(verified.status == 0, "\(verified)")
                #expect(try JSONValue(Data(verified.output.utf8))["records"].int == lines.count)
                #expect(try stores.answers("store\(number)") == answers, "\(kinds[number])")
                // Done again, it has nothing to do.
                let again = try stores.run("copy", "--from", from, "--to", to)
                #expect(
                    again.status == 0 && again.output.hasPrefix("0 records copied, 0 replaced"), "\(again)")
            }
        }
    }

    @Test func `killed at any moment and repeated, it is exact`() throws {
        try withStores { stores in
            try stores.addSQLite("from")
            let database = try stores.addPostgreSQL("to")
            let demo = try stores.done("demo-data", "--records", "40000", "--until", "2024-03-31")
            try stores.place.folder.write(demo.output, to: "demo.ndjson")
            try stores.done("load", stores.place.folder.file("demo.ndjson"), "--config", stores.file("from"))
            let words = ["copy", "--from", stores.file("from"), "--to", stores.file("to")]
            func count() throws -> Int {
                try Int(
                    database.psql(stores.place, "SELECT count(*) FROM audit_query.records").lines.first ?? "")
                    ?? -1
            }
            for attempt in 1...3 {
                let process = try stores.place.start(stores.words(words), log: "killed-\(attempt)")
                let before = try count()
                try eventually("a day") {
                    guard process.status == nil else { return true }
                    return try count() > before
                }
                process.destroy()
            }
            // The server goes on for a moment with what it was sent.
            let clients =
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = current_database()"
            try eventually("nobody but who asks is there") {
                try database.psql(stores.place, clients).lines.first == "1"
            }
            let before = try count()
            let end = try stores.place.run(stores.words(words), within: .seconds(180))
            #expect(end.status == 0 && end.output.contains("40000 records of"), "\(end)")
            #expect(
                end.output.hasPrefix("\(40_000 - before) records copied, 0 replaced"), "\(before): \(end)")
            #expect(try count() == 40_000)
            let numbers = "SELECT count(DISTINCT arrival) || ' ' || max(arrival) FROM audit_query.records"
            #expect(try database.psql(stores.place, numbers).lines.first == "40000 40000")
            #expect(
                try stores.run("copy", "--from", stores.file("from"), "--to", stores.file("to"), "--verify")
                    .status == 0)
        }
    }

    @Test func `what differs is found and told, and what only the target has stays there`() throws {
        try withStores { stores in
            try stores.addSQLite("from")
            let database = try stores.addPostgreSQL("to")
            func line(_ id: String, _ day: Int, _ more: String = "") -> String {
                "{\"auditId\":\"\(id)\",\"timestamp\":\"2024-05-0\(day)T10:00:00Z\",\"systemId\":\"crm\","
                    + "\"userId\":\"u\",\"resourceId\":\"r\"\(more)}"
            }
            try stores.load([line("same", 1), line("gone", 2), line("other", 3, ",\"n\":1")], into: "from")
            try stores.load(
                [line("same", 1), line("other", 3, ",\"n\":2"), line("mine", 3), line("mine", 4)], into: "to")
            let verify = ["copy", "--from", stores.file("from"), "--to", stores.file("to"), "--verify"]
            let found = try stores.place.run(stores.words(verify))
            #expect(found.status == 1, "\(found)")
            #expect(found.error.contains("crm on 2024-05-02: 1 record missing"), "\(found)")
            #expect(found.error.contains("crm on 2024-05-03: 1 of other content, 1 only in"), "\(found)")
            #expect(found.error.contains("crm on 2024-05-04: 1 only in"), "\(found)")
            let copied = try stores.run("copy", "--from", stores.file("from"), "--to", stores.file("to"))
            // What is there besides is told, and is no fault of the copy.
            #expect(copied.status == 0 && copied.output.hasPrefix("1 record copied, 1 replaced"), "\(copied)")
            #expect(
                copied.error.contains("replaces a record") && copied.error.contains("1 only in"), "\(copied)")
            let left =
                "SELECT count(*) FILTER (WHERE audit_id = 'mine') || ' ' || count(*) FROM audit_query.records"
            #expect(try database.psql(stores.place, left).lines.first == "2 5")
            #expect(try stores.place.run(stores.words(verify)).status == 1)
        }
    }

    @Test func `while records arrive it ends, and the next run takes the rest`() throws {
        try withStores { stores in
            try stores.addSQLite("from")
            _ = try stores.addPostgreSQL("to")
            let demo = try stores.done("demo-data", "--records", "5000", "--until", "2024-03-31")
            try stores.place.folder.write(demo.output, to: "demo.ndjson")
            try stores.done("load", stores.place.folder.file("demo.ndjson"), "--config", stores.file("from"))
            // Of today, a batch after the other, and of a day that is long over once.
            let script = """
                "$0" load "$2" --config "$1" >/dev/null
                for turn in 1 2 3 4 5 6; do
                    for number in $(seq 200); do
                        printf '{"auditId":"%s-%s","timestamp":"%s","systemId":"late","userId":"u","resourceId":"r"}\\n' \
                            $turn $number "$(date -u +%FT%TZ)"
                    done | "$0" load - --config "$1" >/dev/null
                done
                """
            try stores.place.folder.write(
                "{\"auditId\":\"old\",\"timestamp\":\"2024-02-01T10:00:00Z\",\"systemId\":\"late\","
                    + "\"userId\":\"u\",\"resourceId\":\"r\"}\n",
                to: "old.ndjson")
            let writer = try stores.place.start(
                [
                    "sh", "-c", script, Place.program, stores.file("from"),
                    stores.place.folder.file("old.ndjson"),
                ],
                log: "writer")
            let words = ["copy", "--from", stores.file("from"), "--to", stores.file("to")]
            let during = try stores.place.run(stores.words(words), within: .seconds(180))
            #expect(during.status == 0, "\(during)")
            #expect(try writer.wait(within: .seconds(180)) == 0, "\(stores.place.folder.text("writer.err"))")
            let rest = try stores.place.run(stores.words(words), within: .seconds(180))
            #expect(rest.status == 0 && rest.output.contains("6201 records of"), "\(rest)")
            let verified = try stores.place.run(stores.words(words + ["--verify"]))
            #expect(verified.status == 0, "\(verified)")
        }
    }

    @Test func `what cannot be kept there is named, and what cannot be right is refused`() throws {
        try withStores { stores in
            try stores.addSQLite("from")
            _ = try stores.addPostgreSQL("to")
            let long = String(repeating: "x", count: 990)
            let line =
                "{\"auditId\":\"\(long)\",\"timestamp\":\"2024-05-01T10:00:00Z\",\"systemId\":\"s\(long)\","
                + "\"userId\":\"u\(long)\",\"resourceId\":\"r\"}"
            try stores.load([line], into: "from")
            let copied = try stores.run("copy", "--from", stores.file("from"), "--to", stores.file("to"))
            #expect(copied.status == 1 && copied.error.contains("1 record cannot be kept in"), "\(copied)")
            #expect(copied.error.components(separatedBy: "have room for 2600").count == 2, "\(copied)")
            let same = try stores.run("copy", "--from", stores.file("to"), "--to", stores.file("to"))
            #expect(same.status == 78 && same.error.contains("name the same store"), "\(same)")
            let none = try stores.run("copy", "--from", "/nowhere.yaml", "--to", stores.file("to"))
            #expect(none.status == 78 && none.error.contains("--from: "), "\(none)")
            let variable = try stores.place.run(
                ["env", "AUDIT_QUERY_STORE_SQLITE_PATH=/x"]
                    + stores.words(["copy", "--from", stores.file("from"), "--to", stores.file("to")]))
            #expect(variable.status == 78 && variable.error.contains("unset it"), "\(variable)")
            let words = ["copy", "--from", stores.file("from"), "--to", stores.file("to")]
            let lost = try stores.place.run(
                ["sh", "-c", "exec \"$@\" >/dev/full", "sh"] + stores.words(words))
            #expect(lost.status == 74, "\(lost)")
        }
    }
}
