import Foundation
import TestSupport
import Testing

/// `audit-query retain`, of a store of its own whose days are sealed: what goes, what stays, and that `verify` explains it.
@Suite(.live, .logsOnFailure)
struct RetainCommandTests {
    @Test func `what is deleted is explained, and anything else that is missing is told`() throws {
        try SealPlace.with { place in
            _ = try place.command("seal")
            let rest = try place.records(from: "2024-01-03")
            let told = try place.command("retain", "--before", "2024-01-03")
            #expect(
                told.status == 0
                    && told.output.contains(
                        "would delete: billing, 2 days from 2024-01-01 to 2024-01-02, 20 records")
                    && told.output.contains("say --delete"), "\(told)")
            #expect(try place.command("verify").output.contains("6 sealed days read, 60 records"))
            let deleted = try place.command("retain", "--before", "2024-01-03", "--delete")
            #expect(
                deleted.status == 0 && deleted.lines.count == 2
                    && deleted.output.contains(
                        "deleted: crm, 2 days from 2024-01-01 to 2024-01-02, 20 records"),
                "\(deleted)")
            let verified = try place.command("verify")
            #expect(
                verified.status == 0
                    && verified.output.contains(
                        "deleted: 4 sealed days with 40 records, from 2024-01-01 to 2024-01-02, by `audit-query retain --before 2024-01-03`"
                    ), "\(verified)")
            #expect(try place.records(from: "2024-01-03") == rest)
            #expect(try place.records(from: "2024-01-01") == rest)
            #expect(try place.outlines() == 6, "those of two days, and empty ones")
            try place.verifyElsewhere()
            let again = try place.command("retain", "--before", "2024-01-03", "--delete")
            #expect(again.status == 0 && again.output == "No record is older than 2024-01-03.\n", "\(again)")
            #expect(try place.command("seal").output == "No day is to be sealed.\n")
            try place.tamper("DELETE FROM entries WHERE rowid = (SELECT max(rowid) FROM entries)")
            let missing = try place.command("verify")
            #expect(missing.status == 1 && missing.output.contains("vanished: 2024-01-03"), "\(missing)")
        }
    }

    @Test func `a record that appears in a deleted day is told, and deleted only when it is sealed`() throws {
        try SealPlace.with { place in
            _ = try place.command("seal")
            #expect(try place.command("retain", "--before", "2024-01-02", "--delete").status == 0)
            // One that was there before, loaded again, and one that never was.
            try place.place.load([SealPlace.lines[0]])
            try place.place.load([
                #"{"auditId":"new","timestamp":"2024-01-01T09:00:00Z","systemId":"crm","userId":"u","resourceId":"r"}"#
            ])
            let verified = try place.command("verify")
            #expect(
                verified.status == 1 && verified.output.contains("appeared: 2024-01-01T09:00:00.000Z new")
                    && verified.output.contains("appeared: 2024-01-01T10:00:10.500Z id-0"), "\(verified)")
            let sealed = try place.command("seal")
            #expect(
                sealed.status == 1 && sealed.error.contains("was deleted by `audit-query retain`"),
                "\(sealed)")
            let kept = try place.command("retain", "--before", "2024-01-02", "--delete")
            #expect(kept.status == 1 && kept.output.contains("1 record there are others"), "\(kept)")
            #expect(try place.command("seal", "days", "--again").status == 0)
            #expect(try place.command("retain", "--before", "2024-01-02", "--delete").status == 0)
            #expect(try place.command("verify").status == 0)
            try place.verifyElsewhere()
        }
    }

    @Test func `a day that is not sealed, or not as it was, stays`() throws {
        try SealPlace.with { place in
            _ = try place.command("seal", "days", "--system", "crm")
            try place.tamper(
                "UPDATE entries SET attributes = '{}' WHERE rowid = (SELECT min(rowid) FROM entries WHERE system = "
                    + "(SELECT id FROM systems WHERE name = 'crm'))"
            )
            let outcome = try place.command("retain", "--before", "2024-01-03", "--delete", "--json")
            let report = try JSONValue(Data(outcome.output.utf8))
            #expect(outcome.status == 1 && report["keptDays"].int == 3, "\(outcome)")
            let kept = report["kept"].elements.map {
                "\($0["systemId"].string ?? "") \($0["day"].string ?? "") \($0["reason"].string ?? "")"
            }
            #expect(
                kept == [
                    "billing 2024-01-01 unsealed", "billing 2024-01-02 unsealed", "crm 2024-01-01 differs",
                ]
                    || kept == [
                        "billing 2024-01-01 unsealed", "billing 2024-01-02 unsealed",
                        "crm 2024-01-02 differs",
                    ],
                "\(kept)")
            #expect(report["deleted"].elements.count == 1 && report["deleted"][0]["records"].int == 10)
        }
    }

    @Test func `a hold keeps what it names until two operators have lifted it`() throws {
        try SealPlace.with { place in
            let folder = place.place.folder
            var keys: [String] = []
            for name in ["alice", "bob", "mallory"] {
                let made = try place.place.run([
                    Place.program, "retain", "key", "--operator", name, "--file", folder.file(name),
                ])
                #expect(made.status == 0, "\(made)")
                keys.append(made.lines[0])
            }
            try folder.write(
                folder.text("audit-query.yaml").replacing(
                    "retain: {", with: "retain: { operators: ['\(keys[0])', '\(keys[1])'],"),
                to: "audit-query.yaml")
            _ = try place.command("seal")
            let placed = try place.command("retain", "hold", "--system", "bill*", "--reason", "case 17")
            let id = try #require(placed.lines.first)
            #expect(placed.status == 0 && id.count == 16 && placed.error.isEmpty, "\(placed)")
            let held = try place.command("retain", "--before", "2024-01-02", "--delete")
            #expect(
                held.status == 0
                    && held.output.contains("kept: billing on 2024-01-01: held by \(id): case 17")
                    && held.output.contains("deleted: crm, 1 day"), "\(held)")
            func lift(_ name: String, _ reason: String?) throws -> Workplace.Outcome {
                try place.place.run(
                    [
                        Place.program, "retain", "lift", id, "--key", folder.file(name), "--config",
                        folder.file("audit-query.yaml"),
                    ]
                        + (reason.map { ["--reason", $0] } ?? []))
            }
            #expect(try lift("mallory", "mine").status == 78)
            #expect(try lift("alice", nil).status == 65)
            for _ in 0..<2 {
                let first = try lift("alice", "closed")
                #expect(first.status == 0 && first.output.contains("holds until another"), "\(first)")
                let still = try place.command("retain", "--before", "2024-01-02", "--delete")
                #expect(still.status == 0 && still.output.contains("held by \(id)"), "\(still)")
            }
            #expect(try lift("bob", "for another reason").status == 65)
            let second = try lift("bob", nil)
            #expect(
                second.status == 0 && second.output.contains("signed by alice, bob: it is lifted"),
                "\(second)")
            let listed = try place.command("retain", "holds", "--json")
            #expect(listed.status == 0 && listed.output.contains(#""holds" : false"#), "\(listed)")
            let deleted = try place.command("retain", "--before", "2024-01-02", "--delete")
            #expect(deleted.status == 0 && deleted.output.contains("deleted: billing, 1 day"), "\(deleted)")
            // One that was changed keeps everything.
            try place.run("sh", "-c", "sed -i s/17/18/ holds/*.hold")
            let changed = try place.command("retain", "--before", "2024-01-03", "--delete")
            #expect(changed.status == 65 && changed.error.contains("was changed or renamed"), "\(changed)")
        }
    }

    @Test func `whatever a run was killed at, the next one deletes the rest, and all is explained`() throws {
        try SealPlace.with(Self.many) { place in
            _ = try place.command("seal")
            for tenths in [1, 2, 3, 2, 1] {
                try place.run(
                    "sh", "-c",
                    "timeout -s KILL 0.0\(tenths * 3) \"$0\" retain --before 2024-03-01 --delete --config audit-query.yaml "
                        + ">/dev/null 2>&1 || true",
                    Place.program)
                let log = try place.command("verify", "--log-only")
                #expect(log.status == 0, "\(log)")
                // The hourly timer changes nothing about it.
                let sealed = try place.command("seal")
                #expect(sealed.status <= 1 && !sealed.output.contains("in place of"), "\(sealed)")
            }
            let rest = try place.command("retain", "--before", "2024-03-01", "--delete")
            #expect(rest.status == 0, "\(rest)")
            let verified = try place.command("verify")
            #expect(verified.status == 0 && verified.output.contains("0 records sealed"), "\(verified)")
            #expect(try place.stored() == "0")
        }
    }

    /// 40 days of two systems, 8,000 records.
    private static let many = (0..<8000).map { number in
        let day = number % 40
        return
            #"{"auditId":"id-\#(number)","timestamp":"2024-0\#(day / 28 + 1)-\#(String(format: "%02d", day % 28 + 1))T10:00:00Z","#
            + #""systemId":"\#(number % 2 == 0 ? "billing" : "crm")","userId":"u-\#(number)","resourceId":"r/\#(number % 7)"}"#
    }

    @Test func `without seals days go by their age alone`() throws {
        try withWorkplace { place in
            try place.load(SealPlace.lines)
            try place.folder.write(
                place.folder.text("audit-query.yaml") + "retain: { folder: \(place.folder.file("holds")) }\n",
                to: "audit-query.yaml")
            let told = try place.command("retain", "--before", "2024-01-02")
            #expect(told.status == 0 && told.output.contains("would delete: billing, 1 day"), "\(told)")
            let deleted = try place.command(
                "retain", "--before", "2024-01-02", "--system", "bil*", "--delete")
            #expect(deleted.status == 0 && deleted.output.contains("10 records"), "\(deleted)")
            let counted = try place.command(
                "count", "--from", "2024-01-01", "--to", "2024-01-03", "--by", "systemId")
            #expect(
                counted.output.contains("billing\t20") && counted.output.contains("crm\t30"), "\(counted)")
            let older = try place.command("retain", "--before", "-400d")
            #expect(older.status == 0 && older.output.contains("would delete: crm, 3 days"), "\(older)")
            let future = try place.command("retain", "--before", "9999-01-01", "--delete")
            #expect(future.status == 64 && future.error.contains("is to come"), "\(future)")
        }
    }

    @Test func `a full disk behind standard output is an error of its own`() throws {
        try SealPlace.with { place in
            _ = try place.command("seal")
            let folder = place.place.folder
            for command in [
                "retain --before 2024-01-02 --config \"$1\"", "retain holds --config \"$1\"",
                "retain hold --system x --reason y --config \"$1\"",
                "retain key --operator a --file \(folder.file("a"))",
                "retain --before 2024-01-02 --delete --json --config \"$1\"",
            ] {
                let outcome = try place.place.run([
                    "sh", "-c", "\"$0\" \(command) >/dev/full", Place.program,
                    folder.file("audit-query.yaml"),
                ])
                #expect(
                    outcome.status == 74 && outcome.error.contains("No space left"), "\(command): \(outcome)")
            }
        }
    }
}

extension SealPlace {
    /// All records of the month from a day on, as they are answered.
    fileprivate func records(from day: String) throws -> [String] {
        try ["billing", "crm"].flatMap { system in
            let outcome = try command(
                "query", "--system", system, "--from", day, "--to", "2024-01-31", "--order", "asc", "--all",
                "--json")
            guard outcome.status == 0 else { throw Failure("\(outcome)") }
            return try outcome.lines.flatMap { try JSONValue(Data($0.utf8))["records"].elements }
                .compactMap { $0["id"].string }
        }
    }

    /// How many records the file has.
    fileprivate func stored() throws -> String {
        try place.run([
            "python3", "-c",
            "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM entries').fetchone()[0])",
            place.folder.file("audit.db"),
        ]).lines.first ?? ""
    }

    /// How many days in short there are.
    fileprivate func outlines() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/outlines").count
    }
}
