import Foundation
import Glibc
import TestSupport
import Testing

/// A load that is killed while it brings the store's file to a new version.
@Suite(.live, .logsOnFailure)
struct MigrationDeathTests {
    private static let count = 20_000

    /// A file as version 2 of it was, with so many records of alice's.
    private func makeEarlierFile(_ place: Workplace) throws {
        let script = """
            import sqlite3, sys
            file = sqlite3.connect(sys.argv[1])
            file.executescript('''
                PRAGMA journal_mode = WAL;
                CREATE TABLE records (system_id TEXT NOT NULL, sort_key TEXT NOT NULL, user_id TEXT NOT NULL,
                    resource_id TEXT NOT NULL, attributes TEXT NOT NULL) STRICT;
                CREATE UNIQUE INDEX by_system ON records (system_id, sort_key);
                CREATE INDEX by_user ON records (user_id, system_id, sort_key);
                CREATE INDEX by_resource ON records (resource_id, system_id, sort_key, user_id);
                PRAGMA application_id = 0x41755131;
                PRAGMA user_version = 2;''')
            file.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)",
                (("s%d" % (number % 7), "2024-01-31T10:00:00.%09dZ#id-%d" % (number, number), "alice", "r%d" % (number % 1000),
                  '{"number":%d,"text":"x"}' % number) for number in range(int(sys.argv[2]))))
            file.commit()
            """
        let outcome = try place.run(["python3", "-c", script, place.folder.file("audit.db"), "\(Self.count)"])
        guard outcome.status == 0 else { throw Failure("python3: \(outcome)") }
    }

    /// Processor time, in hundredths of a second: how far it is, however busy the machine.
    private func ticksUsed(by process: ChildProcess) -> Double {
        let text = try? String(contentsOfFile: "/proc/\(process.pid)/stat", encoding: .utf8)
        let fields = text?.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 12 ? (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0) : 0
    }

    /// All records that `query` finds, as it tells them.
    private func answer(_ place: Workplace) throws -> String {
        let outcome = try place.command("query", "--user", "alice", "--all", "--json")
        guard outcome.status == 0 else { throw Failure("query: \(outcome)") }
        return outcome.output
    }

    @Test func `killed again and again, it loses no record, and comes to its end`() throws {
        try withWorkplace { place in
            try makeEarlierFile(place)
            let before = try answer(place)
            #expect(before.split(separator: "\"auditId\"").count == Self.count + 1)
            var kills = 0
            // Later each time, so that it is killed in every part of its work.
            var ticks = 1.0
            while true {
                let load = try place.start(
                    [Place.program, "load", "/dev/null", "--config", place.folder.file("audit-query.yaml")],
                    log: "load")
                defer { load.destroy() }
                try eventually("its work") { load.status != nil || ticksUsed(by: load) >= ticks }
                load.signal(SIGKILL)
                let status = try load.wait()
                if status == 0 { break }
                #expect(status == 128 + SIGKILL, "\(place.folder.text("load.err"))")
                kills += 1
                ticks *= 1.3
                if kills.isMultiple(of: 4) { #expect(try answer(place) == before) }
            }
            #expect(kills > 0)
            try place.load([])
            #expect(try answer(place) == before)
            let version = try place.run([
                "sqlite3", place.folder.file("audit.db"), "PRAGMA user_version; PRAGMA integrity_check",
            ])
            #expect(version.lines == ["3", "ok"])
        }
    }
}
