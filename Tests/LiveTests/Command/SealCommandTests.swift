import Foundation
import TestSupport
import Testing

/// `audit-query seal` and `verify`, of a store of its own: the journey of docs/evidence.md.
@Suite(.live, .logsOnFailure)
struct SealCommandTests {
    @Test func `days that are over are sealed once, and hold elsewhere too`() throws {
        try SealPlace.with { place in
            let sealed = try place.command("seal")
            #expect(sealed.status == 0 && sealed.lines.count == 6, "\(sealed)")
            #expect(sealed.lines.first == "seal 0: billing on 2024-01-01, 10 records", "\(sealed)")
            let again = try place.command("seal")
            #expect(again.status == 0 && again.output == "No day is to be sealed.\n", "\(again)")
            let verified = try place.command("verify")
            #expect(
                verified.status == 0 && verified.output.contains("6 sealed days read, 60 records"),
                "\(verified)")
            try place.verifyElsewhere()
            #expect(fileMode(place.key) == 0o600)
        }
    }

    @Test func `records that come late are told, and sealed anew beside the old seal`() throws {
        try SealPlace.with { place in
            _ = try place.command("seal")
            try place.place.load([
                #"{"auditId":"late","timestamp":"2024-01-02T09:00:00Z","systemId":"crm","userId":"u","resourceId":"r"}"#
            ])
            let found = try place.command("verify")
            #expect(
                found.status == 1 && found.output.contains("appeared: 2024-01-02T09:00:00.000Z late"),
                "\(found)")
            let sealed = try place.command("seal")
            #expect(
                sealed.status == 0 && sealed.output.contains("11 records, in place of seal 4")
                    && sealed.output.contains("appeared: 2024-01-02T09:00:00.000Z late"), "\(sealed)")
            let verified = try place.command("verify")
            #expect(verified.status == 0 && verified.output.contains("1 record had appeared"), "\(verified)")
            try place.verifyElsewhere()
        }
    }

    @Test func `what vanished or changed ends with 1, and is on record for good`() throws {
        try SealPlace.with { place in
            _ = try place.command("seal")
            try place.place.load([
                #"{"auditId":"id-3","timestamp":"2024-01-01T10:00:11.125Z","systemId":"crm","userId":"u","resourceId":"r"}"#
            ])
            // As many as before.
            let unseen = try place.command("seal", "days", "--from", "2024-01-01")
            #expect(unseen.status == 0 && unseen.output == "No day is to be sealed.\n", "\(unseen)")
            let again = try place.command("seal")
            #expect(
                again.status == 1 && again.output.contains("changed: 2024-01-01T10:00:11.125Z id-3"),
                "\(again)")
            let verified = try place.command("verify", "--json")
            let report = try JSONValue(Data(verified.output.utf8))
            #expect(verified.status == 0 && verified.output.contains("1 record had changed"), "\(verified)")
            #expect(report["days"].int == 6 && report["seals"].int == 7)
        }
    }

    @Test func `whatever a seal was stopped at, the next one goes on`() throws {
        try SealPlace.with { place in
            _ = try place.command("seal", "days", "--system", "billing")
            // As a run that was killed between the log and its checkpoint, and in the middle of a line.
            for rest in ["{\"count\":3,\"da", "{\"count\":99}\n{\"count\":1"] {
                try place.run(
                    "sh", "-c", "printf '%s' '\(rest)' >>seals/seals.ndjson; echo half >seals/outlines/3")
                #expect(try place.command("verify", "--log-only").status == 0)
            }
            let sealed = try place.command("seal")
            #expect(sealed.status == 0 && sealed.lines.count == 3, "\(sealed)")
            #expect(try place.command("verify").status == 0)
            try place.verifyElsewhere()
        }
    }

    @Test func `a run that is killed anywhere does no harm`() throws {
        try SealPlace.with { place in
            for calls in [1, 4, 9, 17] {
                // After so many tenths of a second, wherever it is then.
                try place.run(
                    "sh", "-c",
                    "timeout -s KILL 0.\(calls) \"$0\" seal --config audit-query.yaml >/dev/null 2>&1 || true",
                    Place.program)
                let log = try place.command("verify", "--log-only")
                #expect(log.status == 0 || log.error.contains("checkpoint"), "\(log)")
            }
            #expect(try place.command("seal").status == 0)
            #expect(try place.command("verify").status == 0)
            try place.verifyElsewhere()
        }
    }

    @Test func `a second sealer leaves it to the first`() throws {
        try SealPlace.with { place in
            let second = try place.place.run([
                "flock", "\(place.folder)/lock", Place.program, "seal", "--config",
                place.place.folder.file("audit-query.yaml"),
            ])
            #expect(second.status == 75 && second.error.contains("another `audit-query seal`"), "\(second)")
            #expect(try place.command("seal").status == 0)
        }
    }

    @Test func `a full disk behind standard output is an error of its own`() throws {
        try SealPlace.with { place in
            let configuration = place.place.folder.file("audit-query.yaml")
            let witness = "--witness w --file \(place.place.folder.file("w1"))"
            for command in [
                "seal", "verify", "verify --json", "seal key \(witness)",
            ] {
                let outcome = try place.place.run([
                    "sh", "-c", "\"$0\" \(command) --config \"$1\" >/dev/full", Place.program, configuration,
                ])
                #expect(
                    outcome.status == 74 && outcome.error.contains("No space left"), "\(command): \(outcome)")
                #expect(try place.command("seal").status == 0)
            }
        }
    }

    @Test func `the key must be there, and its owner's alone`() throws {
        try SealPlace.with { place in
            try place.run("chmod", "640", "seal.key")
            let open = try place.command("seal")
            #expect(open.status == 65 && open.error.contains("chmod 600"), "\(open)")
            let kept = try place.command("seal", "key")
            #expect(kept.status == 65 && kept.error.contains("is not replaced"), "\(kept)")
            try place.run("rm", "seal.key")
            let missing = try place.command("seal")
            #expect(missing.status == 78 && missing.error.contains("audit-query seal key"), "\(missing)")
        }
    }

    @Test func `a witness vouches for a log that only grew`() throws {
        try SealPlace.with { place in
            _ = try place.command("seal", "days", "--system", "billing")
            let witness = try place.command(
                "seal", "key", "--witness", "witness.example.com/w1", "--file", place.place.folder.file("w1"))
            #expect(witness.status == 0 && witness.output.hasPrefix("witness.example.com/w1+"), "\(witness)")
            func cosign() throws -> Workplace.Outcome {
                try place.place.run([
                    Place.program, "seal", "cosign", "--folder", place.folder, "--log-key",
                    "\(place.key).pub",
                    "--witness-key", place.place.folder.file("w1"), "--seen", place.place.folder.file("seen"),
                ])
            }
            let signed = try cosign()
            #expect(signed.status == 0 && signed.output.contains("vouches for 3 seals"), "\(signed)")
            let verified = try place.command("verify", "--witness", place.place.folder.file("w1.pub"))
            #expect(
                verified.status == 0 && verified.output.contains("w1 signed the checkpoint"), "\(verified)")
            try place.verifyElsewhereLog()
            _ = try place.command("seal")
            let unsigned = try place.command(
                "verify", "--log-only", "--witness", place.place.folder.file("w1.pub"))
            #expect(unsigned.status == 1 && unsigned.output.contains("has not signed"), "\(unsigned)")
            #expect(try cosign().status == 0)
            try place.run("rm", "-r", "seals")
            try place.run("mkdir", "seals")
            _ = try place.command("seal", "days", "--system", "crm")
            let rolledBack = try cosign()
            #expect(rolledBack.status == 65 && rolledBack.error.contains("rolled back"), "\(rolledBack)")
        }
    }
}

private func fileMode(_ path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]) as? Int
}

extension SealPlace {
    fileprivate func verifyElsewhereLog() throws {
        try run("python3", "\(Place.package)/Tests/evidence/verifier.py", folder, "\(key).pub")
    }
}
