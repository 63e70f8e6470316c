import TestSupport
import Testing

/// What somebody who has the machine may try with a store and its seals, and what `verify` says of it.
@Suite(.live, .logsOnFailure)
struct TamperTests {
    struct Attempt: CustomTestStringConvertible, Sendable {
        let name: String
        /// Run in the folder with store and seals; KEPT is a copy of an earlier checkpoint, OLD of the seals that it vouches for.
        let commands: String
        /// What is said of it.
        let told: String

        var testDescription: String { name }
    }

    private static let python = """
        python3 -c 'import sqlite3, sys
        c = sqlite3.connect("audit.db"); c.execute(sys.argv[1]); c.commit()'
        """

    static let attempts = [
        Attempt(
            name: "a record is changed",
            commands: "\(python) \"UPDATE entries SET attributes = '{}' WHERE rowid = 1\"",
            told: "changed: "),
        Attempt(
            name: "a record is removed", commands: "\(python) 'DELETE FROM entries WHERE rowid = 1'",
            told: "vanished: "),
        Attempt(
            name: "a record is put in",
            commands: """
                echo '{"auditId":"x","timestamp":"2024-01-01T00:00:00Z","systemId":"crm","userId":"u","resourceId":"r"}' |
                "$PROGRAM" load - --config audit-query.yaml
                """, told: "appeared: 2024-01-01T00:00:00.000Z x"),
        Attempt(
            name: "a record is moved to another time",
            commands: "\(python) 'UPDATE entries SET instant = instant + 1 WHERE rowid = 1'",
            told: "vanished: "),
        Attempt(
            name: "a day's seal is written to what is there",
            commands: "sed -i '1s/\"count\":10/\"count\":9/' seals/seals.ndjson",
            told: "are not those that"),
        Attempt(
            name: "a seal is taken away", commands: "sed -i 1d seals/seals.ndjson",
            told: "seals.ndjson: has 5 seals"),
        Attempt(
            name: "two seals change places", commands: "sed -i '1{h;d};2G' seals/seals.ndjson",
            told: "are not those that"),
        Attempt(
            name: "a seal stands twice", commands: "sed -i 1p seals/seals.ndjson",
            told: "line 2 is a seal of billing on 2024-01-01 that does not say"),
        Attempt(
            name: "log and checkpoint are rolled back", commands: "rm -r seals && cp -r old seals",
            told: "the log of seals was rolled back: it has 3 seals, and had 6"),
        Attempt(
            name: "all is sealed again from the beginning",
            commands: """
                rm -r seals && mkdir seals && \(python) 'DELETE FROM entries WHERE rowid = 1' &&
                "$PROGRAM" seal --config audit-query.yaml
                """, told: "the log of seals was forked"),
        Attempt(
            name: "the checkpoint is signed by another key",
            commands: """
                rm -r seals seal.key seal.key.pub && mkdir seals && "$PROGRAM" seal key --config audit-query.yaml &&
                "$PROGRAM" seal --config audit-query.yaml
                """, told: "is not signed by the key"),
        Attempt(
            name: "a record is removed, and what names it",
            commands: "\(python) 'DELETE FROM entries WHERE rowid = 1' && rm -r seals/outlines",
            told: "10 were sealed, and others, 9, are there"),
    ]

    @Test(arguments: attempts)
    func `whatever is tried is named`(_ attempt: Attempt) throws {
        try SealPlace.with { place in
            #expect(try place.command("seal", "days", "--system", "billing").status == 0)
            try place.run("cp", "-r", "seals", "old")
            #expect(try place.command("seal").status == 0)
            try place.run("sh", "-c", "cp seals/checkpoint kept; cp seal.key.pub trusted.pub")
            func verify() throws -> Workplace.Outcome {
                let folder = place.place.folder
                return try place.command(
                    "verify", "--public-key", folder.file("trusted.pub"), "--kept", folder.file("kept"))
            }
            let before = try verify()
            #expect(before.status == 0, "\(before)")
            try place.run("env", "PROGRAM=\(Place.program)", "sh", "-c", attempt.commands)
            let after = try verify()
            #expect(after.status == 1 && after.output.contains(attempt.told), "\(after)")
        }
    }
}
