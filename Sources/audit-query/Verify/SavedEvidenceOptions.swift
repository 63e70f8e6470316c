import ArgumentParser
import Files
import QueryService

/// What somebody carried away, and verifies elsewhere.
struct SavedEvidenceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Verify the export in this folder. (default: the store)", valueName: "folder"),
        completion: .directory)
    var export: String?
    @Option(
        help: ArgumentHelp(
            "The public key of who signs exports. (default: who signed is told, and not proved)",
            valueName: "file"),
        completion: .file())
    var signer: String?
    @Option(
        help: ArgumentHelp(
            "Verify this record, as /v1/records/{id} answers it. (default: the store)", valueName: "file"),
        completion: .file())
    var record: String?
    @Option(
        help: ArgumentHelp(
            "What /v1/records/{id}/proof answered for it. (default: none, without --record)",
            valueName: "file"),
        completion: .file())
    var proof: String?

    /// Whether any of it is to be verified, and not a store.
    var isGiven: Bool { export != nil || record != nil }

    func check(publicKey: String?) throws {
        guard (record == nil) == (proof == nil) else {
            throw ValidationError("--record and --proof go together")
        }
        guard export == nil || record == nil else {
            throw ValidationError("--export and --record: verify one after the other")
        }
        guard record == nil || publicKey != nil else {
            throw ValidationError("--record needs the log's public key: --public-key")
        }
        guard signer == nil || export != nil else {
            throw ValidationError("--signer is the key of an export: give --export too")
        }
    }

    func verify(_ trust: ExportVerification.Trust) throws -> VerificationReport {
        if let record, let proof, let key = trust.log {
            var verification = AnswerVerification()
            try verification.run(
                record: record, proof: proof, key: key, kept: trust.kept, witnesses: trust.witnesses)
            return verification.report
        }
        var verification = ExportVerification(export ?? "", trust)
        try verification.run()
        return verification.report
    }
}
