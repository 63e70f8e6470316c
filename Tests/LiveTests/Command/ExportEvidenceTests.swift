import Foundation
import TestSupport
import Testing

/// The journey of docs/evidence.md with what is carried away: load, seal, export, copy to another folder, verify there with nothing else.
@Suite(.live, .logsOnFailure)
struct ExportEvidenceTests {
    struct Form: CustomTestStringConvertible, Sendable {
        let name: String
        let options: [String]
        var testDescription: String { "\(name) \(options)" }
    }

    @Test(arguments: [
        Form(name: "records.ndjson", options: []), Form(name: "records.ndjson", options: ["--order", "asc"]),
        Form(name: "records.ndjson.zst", options: ["--part-records", "7"]),
        Form(name: "records.csv.gz", options: ["--part-records", "11"]),
        Form(
            name: "records.csv",
            options: ["--columns", "attributes,auditId,timestamp,userId,resourceId,systemId,n"]),
        Form(name: "records.ocsf.ndjson.gz", options: ["--part-records", "7"]),
        Form(name: "records.jsonl", options: ["--system", "crm", "--order", "asc"]),
    ])
    func `what was carried away is proved elsewhere, with nothing else`(_ form: Form) throws {
        try EvidencePlace.with(SealPlace.lines + AwkwardLines.lines, form.options, name: form.name) { place in
            let found = try place.verify()
            let (days, records) = form.options.contains("crm") ? (3, 30) : (7, 60 + AwkwardLines.lines.count)
            #expect(
                found.status == 0
                    && found.output.contains("manifest.json is signed by audit.example.com/exports")
                    && found.output.contains(
                        "\(days) sealed days whole, \(records) records: nothing is left out")
                    && !found.output.contains("warning"), "\(found)")
            let alone = try place.verify(["--export", "out"])
            #expect(
                alone.status == 0 && alone.output.contains("signed by the key that it names itself")
                    && alone.output.contains("the log's public key is not given"), "\(alone)")
        }
    }

    @Test(arguments: [
        (["--user", "zoë"], "has a userId"), (["--filter", "n gt 1"], "has a filter"),
        (["--from", "2024-01-02T00:00:01Z"], "billing on 2024-01-02: some of it is outside"),
    ])
    func `days that cannot be judged are named with the reason`(_ options: [String], _ reason: String) throws
    {
        try EvidencePlace.with(SealPlace.lines, options) { place in
            let found = try place.verify()
            #expect(found.status == 0 && found.output.contains(reason), "\(found)")
        }
        try EvidencePlace.with(
            SealPlace.lines, ["--columns", "timestamp,userId"], name: "records.csv"
        ) { place in
            let found = try place.verify()
            #expect(found.status == 0 && found.output.contains("have not all of a record"), "\(found)")
        }
    }

    @Test func `what nobody signed says so, and what was not sealed yet`() throws {
        try SealPlace.with { sealed in
            #expect(try sealed.command("seal", "days", "--system", "crm").status == 0)
            let out = sealed.place.folder.file("out")
            let options = ["--from", "2024-01-01", "--to", "2024-01-31", "--output", "\(out)/records.ndjson"]
            let exported = try sealed.place.run(
                [Place.program, "export", "--config", sealed.place.folder.file("audit-query.yaml")] + options)
            #expect(exported.status == 0, "\(exported)")
            func verify(_ options: [String]) throws -> Workplace.Outcome {
                try sealed.place.run(
                    [Place.program, "verify", "--export", out, "--public-key", "\(sealed.key).pub"] + options)
            }
            let found = try verify([])
            #expect(
                found.status == 0 && found.output.contains("manifest.json is not signed")
                    && found.output.contains("billing on 2024-01-02, 10 records: it was not sealed")
                    && found.output.contains("3 sealed days whole, 30 records"), "\(found)")
            let demanded = try verify(["--signer", "\(sealed.key).pub"])
            #expect(demanded.status == 1 && demanded.output.contains("is not signed"), "\(demanded)")
        }
    }

    @Test func `late records, seals made anew and another spelling of numbers are no false alarm`() throws {
        try EvidencePlace.with { place in
            let sealed = place.sealed
            try sealed.place.load([
                #"{"auditId":"late","timestamp":"2024-01-02T09:00:00Z","systemId":"crm","userId":"u","resourceId":"r"}"#
            ])
            // What was exported before is as it was.
            #expect(try place.verify().status == 0)
            // Exported before it is sealed anew, it is more than was sealed; the log that goes on says why.
            try place.export(EvidencePlace.parts, into: "late")
            #expect(try sealed.command("seal").status == 0)
            try sealed.run(
                "sh", "-c",
                "rm -r out; mv late out; rm -r elsewhere; mkdir elsewhere; cp -r out *.pub seals elsewhere/")
            let early = try place.verify()
            #expect(
                early.status == 1
                    && early.output.contains("crm on 2024-01-02 is not as it was sealed, with 10 records")
                    && early.output.contains("10 were sealed, and others, 11, are there"), "\(early)")
            let options = [
                "--export", "out", "--signer", "export.key.pub", "--public-key", "seal.key.pub", "--folder",
                "seals",
            ]
            let later = try place.verify(options)
            #expect(
                later.status == 0 && later.output.contains("6 sealed days whole, 61 records"), "\(later)")
            // The first export is what held then, and beside the log what became of it is told.
            try sealed.run("rm", "-r", "out")
            try place.export(EvidencePlace.parts)
            try sealed.run("python3", "-c", Self.respelling)
            try place.export(EvidencePlace.parts, into: "respelt")
            try sealed.run(
                "sh", "-c",
                "grep -q 100 respelt/*.ndjson && ! grep -q 1e2 respelt/*.ndjson && rm -r out && mv respelt out"
            )
            try place.carryAway()
            let respelt = try place.verify()
            #expect(respelt.status == 0 && respelt.output.contains("61 records: nothing"), "\(respelt)")
        }
    }

    /// One number has two spellings of the same length, so nothing else of the file has to change.
    private static let respelling = """
        import sqlite3
        store = sqlite3.connect("audit.db")
        for row, attributes in store.execute("SELECT rowid, attributes FROM entries").fetchall():
            isText = isinstance(attributes, str)
            found = (attributes.encode() if isText else attributes).replace(b"1e2", b"100")
            store.execute("UPDATE entries SET attributes = ? WHERE rowid = ?", (found.decode() if isText else found, row))
        store.commit()
        """

    @Test func `beside a copy of the log records are named, and what it says since`() throws {
        try EvidencePlace.with { place in
            let options = ["--export", "out", "--public-key", "seal.key.pub", "--folder", "seals"]
            try place.tamper("cp -r \"$HERE/seals\" .; sed -i '3d; s/zoë/zoe/' out/records-00002.ndjson")
            let found = try place.verify(options)
            #expect(
                found.status == 1 && found.output.contains("vanished: 2024-01-0")
                    && found.output.contains("changed: 2024-01-0"), "\(found)")
            try place.carryAway()
            let sealed = place.sealed
            try sealed.place.load([
                #"{"auditId":"late","timestamp":"2024-01-02T09:00:00Z","systemId":"crm","userId":"u","resourceId":"r"}"#
            ])
            #expect(try sealed.command("seal").status == 0)
            try place.tamper("cp -r \"$HERE/seals\" .")
            let since = try place.verify(options)
            #expect(
                since.status == 0
                    && since.output.contains("crm on 2024-01-02 is as seal 4 says, and was sealed anew"),
                "\(since)")
        }
    }
}

/// Records whose cells and numbers are spelt as awkwardly as they may be.
private enum AwkwardLines {
    static let lines = (0..<9).map { number in
        #"{"auditId":"a,\"\#(number)\"","timestamp":"2024-01-09T10:00:00.00000000\#(number)Z","systemId":"=cmd|' \"/C","#
            + #""userId":"\#(["ü", "x\\ny", "a;b"][number % 3].replacing("\\n", with: " "))","resourceId":"r, \"\#(number)\"\\","#
            + #""text":"line\r\nend \"quoted\", \u0007","n":[1e2,-0.0,12345678901234567890.50]}"#
    }
}
