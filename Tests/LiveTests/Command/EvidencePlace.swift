import Foundation
import TestSupport

/// What an auditor carries away of an installation, and a folder elsewhere, where nothing else is.
struct EvidencePlace {
    let sealed: SealPlace

    static let parts = ["--part-records", "25"]

    private var folder: TemporaryFolder { sealed.place.folder }

    /// Runs a body with records that are sealed, a key of an exporter, and an export that was carried away into `elsewhere`.
    static func with(
        _ lines: [String] = SealPlace.lines, _ options: [String] = parts, name: String = "records.ndjson",
        _ body: (EvidencePlace) throws -> Void
    ) throws {
        try SealPlace.with(lines) { sealed in
            let place = EvidencePlace(sealed: sealed)
            guard try sealed.command("seal").status == 0 else { throw Failure("nothing is sealed") }
            let made = try sealed.place.run([
                Place.program, "seal", "key", "--exporter", "audit.example.com/exports", "--file",
                place.folder.file("export.key"),
            ])
            guard made.status == 0 else { throw Failure("\(made)") }
            try place.export(options, name: name)
            try place.carryAway()
            try body(place)
        }
    }

    /// All of January 2024, signed.
    @discardableResult
    func export(_ options: [String], name: String = "records.ndjson", into folder: String = "out") throws
        -> Workplace.Outcome
    {
        let outcome = try sealed.place.run(
            [Place.program, "export", "--config", self.folder.file("audit-query.yaml")]
                + [
                    "--from", "2024-01-01", "--to", "2024-01-31", "--sign-key",
                    self.folder.file("export.key"),
                ]
                + ["--output", "\(self.folder.file(folder))/\(name)"] + options)
        guard outcome.status == 0 else { throw Failure("export: \(outcome)") }
        return outcome
    }

    /// The export and the public keys, and nothing else.
    func carryAway() throws {
        try sealed.run(
            "sh", "-c",
            "rm -rf elsewhere; mkdir elsewhere; cp -r out elsewhere/; cp seal.key.pub export.key.pub elsewhere/"
        )
    }

    /// Runs commands of a shell there.
    func tamper(_ commands: String) throws {
        let outcome = try sealed.place.run([
            "env", "--chdir=\(folder.file("elsewhere"))", "PROGRAM=\(Place.program)", "HERE=\(folder.path)",
            "sh", "-euc", commands,
        ])
        guard outcome.status == 0 else { throw Failure("\(commands): \(outcome)") }
    }

    /// Verifies there, in an environment that leads to no store, no configuration and no network.
    func verify(
        _ options: [String] = [
            "--export", "out", "--signer", "export.key.pub", "--public-key", "seal.key.pub",
        ]
    ) throws -> Workplace.Outcome {
        try sealed.place.run(
            [
                "env", "--chdir=\(folder.file("elsewhere"))", "-u", "AUDIT_QUERY_CONFIG", Place.program,
                "verify",
            ]
                + options)
    }
}
