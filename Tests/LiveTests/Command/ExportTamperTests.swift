import TestSupport
import Testing

/// What somebody may try with what was carried away, and what `verify` says of it.
@Suite(.live, .logsOnFailure)
struct ExportTamperTests {
    struct Attempt: CustomTestStringConvertible, Sendable {
        let name: String
        /// Run in the folder that was carried away; HERE is where the store, the seals and the private keys are.
        let commands: String
        /// What is said of it.
        let told: String
        /// Further options of `verify`.
        var options: [String] = []

        var testDescription: String { name }
    }

    private static let sql = """
        python3 -c 'import sqlite3, sys
        c = sqlite3.connect(sys.argv[1] + "/audit.db"); c.execute(sys.argv[2]); c.commit()' "$HERE"
        """
    private static let export = """
        rm -r out; "$PROGRAM" export --config "$HERE/audit-query.yaml" --from 2024-01-01 --to 2024-01-31 \
        --output out/records.ndjson --sign-key
        """
    /// Leaves out a record, and has the manifest say so everywhere.
    private static let rewrite = """
        python3 -c 'import hashlib, json
        digest = lambda data: hashlib.sha256(data).hexdigest()
        manifest = json.load(open("out/manifest.json"))
        whole = b""
        for part in manifest["parts"]:
            path = "out/" + part["file"]
            lines = open(path, "rb").read().splitlines(keepends=True)
            if part is manifest["parts"][1]: del lines[4]
            data = b"".join(lines)
            open(path, "wb").write(data)
            whole += data
            part.update(records=len(lines), bytes=len(data), sha256=digest(data))
        manifest.update(records=whole.count(b"\\n"), bytes=len(whole), sha256=digest(whole))
        FURTHER
        json.dump(manifest, open("out/manifest.json", "w"))'
        """

    static let files = [
        Attempt(
            name: "a record is changed", commands: "sed -i '7s/zoë/zoe/' out/records-00001.ndjson",
            told: "records-00001.ndjson is not as it was exported"),
        Attempt(
            name: "a record is removed", commands: "sed -i 3d out/records-00002.ndjson",
            told: "records-00002.ndjson has 24 records, and the manifest says 25"),
        Attempt(
            name: "a record stands twice", commands: "sed -i 2p out/records-00001.ndjson",
            told: "records-00001.ndjson row 3 stands twice"),
        Attempt(
            name: "two records change places", commands: "sed -i '2{h;d};3G' out/records-00001.ndjson",
            told: "records-00001.ndjson row 3 does not come behind the one before it"),
        Attempt(
            name: "a record is put in",
            commands: "sed -n 1p out/records-00001.ndjson >>out/records-00003.ndjson",
            told: "records-00003.ndjson row 11 does not come behind the one before it"),
        Attempt(
            name: "a part is cut off", commands: "truncate -s -20 out/records-00003.ndjson",
            told: "records-00003.ndjson row 10 is cut off"),
        Attempt(
            name: "a part is taken away", commands: "rm out/records-00002.ndjson",
            told: "records-00002.ndjson is missing"),
        Attempt(
            name: "two parts change places",
            commands:
                "cd out; mv records-00001.ndjson x; mv records-00002.ndjson records-00001.ndjson; mv x records-00002.ndjson",
            told: "records-00001.ndjson has another first record than the manifest says"),
        Attempt(
            name: "a part is put in", commands: "cp out/records-00001.ndjson out/records-00004.ndjson",
            told: "records-00004.ndjson is no part of the export"),
        Attempt(
            name: "the manifest counts otherwise",
            commands: "sed -i 's/\"records\" : 60/\"records\" : 61/' out/manifest.json",
            told: "manifest.json counts more or less than its parts have"),
        Attempt(
            name: "the manifest is taken away", commands: "rm out/manifest.json",
            told: "manifest.json is missing: this is no whole export"),
        Attempt(
            name: "a record is left out, and the manifest made to fit",
            commands: rewrite.replacing("FURTHER", with: ""),
            told: "manifest.json is not what was signed"),
        Attempt(
            name: "and the signature is taken away",
            commands: rewrite.replacing(
                "FURTHER", with: "manifest[\"isSigned\"] = False; manifest.pop(\"signer\")")
                + "; rm out/manifest.note",
            told: "manifest.json is not signed: manifest.note is missing"),
        Attempt(
            name: "the question is made to look wider",
            commands: "sed -i 's/2024-02-01T/2024-03-01T/' out/manifest.json",
            told: "manifest.json is not what was signed"),
        Attempt(
            name: "somebody else signs",
            commands:
                "\"$PROGRAM\" seal key --exporter audit.example.com/exports --file other; \(export) other",
            told: "manifest.json is not signed by the key audit.example.com/exports+"),
    ]

    static let seals = [
        Attempt(
            name: "a seal is changed", commands: "sed -i '0,/\"count\":10/s//\"count\":9/' out/seals.json",
            told: "seals.json: its seals are not those that its checkpoint vouches for"),
        Attempt(
            name: "a seal is taken away",
            commands: """
                python3 -c 'import json
                seals = json.load(open("out/seals.json")); del seals[0]["seals"][2]
                json.dump(seals, open("out/seals.json", "w"))'
                """, told: "seals.json: its seals are not those that its checkpoint vouches for"),
        Attempt(
            name: "the seals are taken away", commands: "rm out/seals.json", told: "seals.json is missing"),
        Attempt(
            name: "who exports leaves a record out, and signs",
            commands: "\(sql) 'DELETE FROM entries WHERE rowid = 1'; \(export) \"$HERE/export.key\"",
            told: "10 were sealed, and others, 9, are there"),
        Attempt(
            name: "who exports changes a record, and signs",
            commands:
                "\(sql) \"UPDATE entries SET attributes = '{}' WHERE rowid = 1\"; \(export) \"$HERE/export.key\"",
            told: "is not as it was sealed, with 10 records"),
        Attempt(
            name: "who exports leaves a day out, and signs",
            commands: """
                \(sql) 'DELETE FROM entries WHERE rowid IN (SELECT e.rowid FROM entries e ORDER BY instant LIMIT 20)'
                \(export) "$HERE/export.key"
                """, told: "10 were sealed, and others, 0, are there"),
        Attempt(
            name: "another log vouches for it",
            commands: """
                (cd "$HERE"; rm -r seals seal.key seal.key.pub; mkdir seals; "$PROGRAM" seal key --config audit-query.yaml
                "$PROGRAM" seal --config audit-query.yaml); \(export) "$HERE/export.key"
                """, told: "seals: the checkpoint is not signed by the key"),
        Attempt(
            name: "all is sealed again, without a record",
            commands: """
                cp "$HERE/seals/checkpoint" kept
                (cd "$HERE"; rm -r seals; mkdir seals); \(sql) 'DELETE FROM entries WHERE rowid = 1'
                "$PROGRAM" seal --config "$HERE/audit-query.yaml"; \(export) "$HERE/export.key"
                """,
            told: "the log of seals was forked: kept and the export's checkpoint are two of one size",
            options: ["--kept", "kept"]),
        Attempt(
            name: "an older log is put beside it",
            commands: """
                cp -r "$HERE/seals" seals; rm -r "$HERE/seals"; mkdir "$HERE/seals"
                "$PROGRAM" seal days --system crm --config "$HERE/audit-query.yaml"; cp -r "$HERE/seals" older
                """, told: "older: the log of seals was rolled back: it has 3 seals, and had 6",
            options: ["--folder", "older"]),
        Attempt(
            name: "a checkpoint is newer than the log that is shown",
            commands: """
                cp "$HERE/seals/checkpoint" kept; rm -r "$HERE/seals"; mkdir "$HERE/seals"
                "$PROGRAM" seal days --system crm --config "$HERE/audit-query.yaml"; \(export) "$HERE/export.key"
                """, told: "kept is of 6 seals, and the export's checkpoint of 3",
            options: ["--kept", "kept"]),
    ]

    @Test(arguments: files + seals)
    func `whatever is tried is named`(_ attempt: Attempt) throws {
        try EvidencePlace.with { place in
            let usual = ["--export", "out", "--signer", "export.key.pub", "--public-key", "seal.key.pub"]
            let before = try place.verify(usual)
            #expect(before.status == 0, "\(before)")
            try place.tamper(attempt.commands)
            let after = try place.verify(usual + attempt.options)
            #expect(after.status == 1 && after.output.contains(attempt.told), "\(after)")
        }
    }

    @Test func `without the signature's key, what files say is still held against the seals`() throws {
        try EvidencePlace.with { place in
            try place.tamper(
                Self.rewrite.replacing(
                    "FURTHER", with: "manifest[\"isSigned\"] = False; manifest.pop(\"signer\")")
                    + "; rm out/manifest.note")
            let found = try place.verify(["--export", "out", "--public-key", "seal.key.pub"])
            #expect(
                found.status == 1 && found.output.contains("10 were sealed, and others, 9, are there"),
                "\(found)")
        }
    }
}
