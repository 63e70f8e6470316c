import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// The program with its records in PostgreSQL, from the schema to an answer.
@Suite(.live, .logsOnFailure) struct PostgreSQLStoreTests {
    private static let password = "a-password-of-a-role-for-tests"

    /// Configuration of a role that needs its password.
    private static func overrides(
        _ database: DatabasePlace, _ role: String, _ place: TemporaryFolder
    ) throws -> [String: String] {
        try place.write(password + "\n", to: "password")
        var overrides = database.overrides(user: "\(database.name)_\(role)")
        overrides["store.postgresql.password-file"] = place.file("password")
        return overrides
    }

    @Test func `a database is said to be empty, made, made again, and verified`() throws {
        let database = try DatabasePlace()
        try withWorkplace(database.overrides()) { place in
            let missing = try place.command("query", "--user", "alice")
            #expect(missing.status == 69 && missing.error.contains("audit-query table create"), "\(missing)")
            for _ in 1...2 {
                let made = try place.command("table", "create")
                #expect(made.status == 0 && made.output.contains("has the schema audit_query"), "\(made)")
            }
            let verified = try place.command("table", "verify")
            // Its owner may do more than read.
            #expect(verified.status == 0, "\(verified)")
            #expect(verified.lines.count { $0.hasPrefix("warning") } == 1, "\(verified)")
            #expect(verified.output.contains("is a superuser"), "\(verified)")
            let production = try place.run(
                [
                    "env", "AUDIT_QUERY_ENVIRONMENT=prod", Place.program, "table", "verify", "--json",
                    "--config",
                ]
                    + [place.folder.file("audit-query.yaml")])
            #expect(production.status == 1, "\(production)")
            _ = try database.psql(
                place, "ALTER TABLE audit_query.records ALTER COLUMN user_id TYPE text COLLATE \"en-x-icu\"")
            let wrong = try place.command("table", "verify")
            #expect(wrong.status == 1 && wrong.output.contains("not in the order of bytes"), "\(wrong)")
            _ = try database.psql(place, "DROP INDEX audit_query.records_by_user")
            #expect(try place.command("table", "verify").output.contains("without the index records_by_user"))
        }
    }

    @Test func `the statements are printed for an administrator`() throws {
        try withWorkplace { place in
            let printed = try place.run([Place.program, "table", "create", "--sql"])
            #expect(printed.status == 0 && printed.output.hasPrefix("BEGIN;"), "\(printed)")
            #expect(printed.output.contains("COLLATE \"C\""))
        }
    }

    @Test func `commands say that another server may have taken over, once, and beside what they print`()
        throws
    {
        let database = try DatabasePlace()
        try database.makeSchema()
        let nowhere = try TemporaryFolder()
        var overrides = database.overrides()
        overrides["store.postgresql.connection"] = database.server.connection(database.name)
            .replacing("host=\(database.server.host)", with: "host=\(database.server.host),\(nowhere.path)")
        try withWorkplace(overrides) { place in
            try place.load(
                (0..<30).map { number in
                    #"{"auditId":"\#(number)","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"u","resourceId":"r"}"#
                })
            for words in [
                ["query", "--user", "u", "--all", "--limit", "10", "--json"], ["count", "--user", "u"],
                ["follow", "--after", "start", "--until-now", "--json"],
            ] {
                let said = try place.run(
                    [Place.program] + words + ["--config", place.folder.file("audit-query.yaml")])
                let warnings = said.error.split(separator: "\n").filter { $0.contains("may have taken over") }
                #expect(said.status == 0 && warnings.count == 1 && !said.output.isEmpty, "\(said)")
            }
        }
    }

    @Test func `months ahead are made by whoever loads, and twice they are the same`() throws {
        let database = try DatabasePlace()
        try database.makeSchema(password: Self.password)
        let folder = try TemporaryFolder()
        try withWorkplace(try Self.overrides(database, "loader", folder)) { place in
            for _ in 1...2 {
                let made = try place.command("table", "months", "--ahead", "12")
                #expect(made.status == 0 && made.output.count { $0 == "," } == 12, "\(made)")
            }
            let count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_query.records'::regclass"
            #expect(try database.psql(place, count).lines.first == "15")
            #expect(try place.command("table", "verify").output.contains("the next one have partitions"))
            let lost = try place.run(
                [
                    "sh", "-c", "exec \"$@\" >/dev/full", "sh", Place.program, "table", "months", "--config",
                    place.folder.file("audit-query.yaml"),
                ])
            #expect(lost.status == 74, "\(lost)")
        }
        try withWorkplace(try Self.overrides(database, "worker", folder)) { place in
            let refused = try place.command("table", "months", "--ahead", "40")
            #expect(refused.status == 69 && refused.error.contains("42501"), "\(refused)")
        }
        try withWorkplace(["store.kind": "sqlite"]) { place in
            let refused = try place.command("table", "months")
            #expect(refused.status == 78, "\(refused)")
        }
    }

    @Test func `a configuration that cannot be right is 78, and repeats no password`() throws {
        let connections = [
            "": "must say where the database is", "host=db password=SECRET": "does not belong there",
            "nonsense": "is no connection string",
        ]
        for (connection, reason) in connections {
            let overrides = ["store.kind": "postgresql", "store.postgresql.connection": connection]
            try withWorkplace(overrides) { place in
                let outcome = try place.command("query", "--user", "alice")
                #expect(outcome.status == 78 && outcome.error.contains(reason), "\(outcome)")
                #expect(!outcome.error.contains("SECRET"))
            }
        }
    }

    @Test func `a loader loads, workers answer every record, and may not write`() throws {
        let database = try DatabasePlace()
        try database.makeSchema(password: Self.password)
        let folder = try TemporaryFolder()
        let model = try GeneratedRecords.model.get()
        try withWorkplace(try Self.overrides(database, "loader", folder)) { place in
            try place.load(GeneratedRecords.lines)
            let again = try place.command(
                "load", "-", input: GeneratedRecords.lines.joined(separator: "\n"))
            #expect(again.status == 0 && again.output.contains("0 new"), "\(again)")
        }
        let overrides = try Self.overrides(database, "worker", folder)
        let options = LiveInstallation.Options(overrides: overrides, loadsNothing: true)
        try LiveInstallation.with(options) { live in
            live.place.secrets.withLock { $0.append(Self.password) }
            for client in [live.client(), live.client()] {
                let page = try Page(client.records(["userId": "alice", "limit": "1000"]))
                #expect(page.records.map(\.fields) == model.matching(user: "alice").map(\.fields))
                let resource = try Page(client.records(["resourceId": "none", "limit": "1000"]))
                #expect(resource.records.map(\.fields) == model.matching(resource: "none").map(\.fields))
            }
            let check = try live.place.command("table", "verify")
            #expect(check.output.contains("may only read"), "\(check)")
            let other = try live.place.run([Place.program, "demo-data", "--records", "1", "--seed", "3"])
            let refused = try live.place.command("load", "-", input: other.output)
            #expect(refused.status != 0 && refused.error.contains("GRANT audit_query_reader"), "\(refused)")
        }
    }

    @Test func `a load that is killed at any moment and repeated leaves each record once`() throws {
        let database = try DatabasePlace()
        try withWorkplace(database.overrides()) { place in
            let made = try place.command("table", "create")
            #expect(made.status == 0, "\(made)")
            let demo = try place.run([Place.program, "demo-data", "--records", "40000", "--seed", "7"])
            try place.folder.write(demo.output, to: "demo.ndjson")
            let load = [
                Place.program, "load", "--config", place.folder.file("audit-query.yaml"),
                place.folder.file("demo.ndjson"),
            ]
            for attempt in 1...3 {
                let process = try place.start(load, log: "killed-\(attempt)")
                let before = try count(database, place)
                // Killed as soon as one more transaction has been seen, or anywhere in what follows.
                try eventually("a batch") {
                    guard process.status == nil else { return true }
                    return try count(database, place) > before
                }
                process.destroy()
            }
            let whole = try place.run(load)
            #expect(whole.status == 0, "\(whole)")
            #expect(try count(database, place) == 40_000)
            let numbers = "SELECT count(DISTINCT arrival) || ' ' || max(arrival) FROM audit_query.records"
            #expect(try database.psql(place, numbers).lines.first == "40000 40000")
        }
    }

    private func count(_ database: DatabasePlace, _ place: Workplace) throws -> Int {
        try Int(database.psql(place, "SELECT count(*) FROM audit_query.records").lines.first ?? "") ?? -1
    }
}
