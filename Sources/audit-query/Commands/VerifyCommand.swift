import ArgumentParser
import AuditRecords
import Evidence
import Files
import Foundation
import QueryService

/// `audit-query verify`: a store held against its seals, or what somebody carried away: an export, a record.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Hold the log of seals, the store, an export or a record against what was kept and sealed.",
        discussion: .help(
            """
            Says of the log of seals whether its checkpoint is signed by the log's key, whether the log is what the
            checkpoint vouches for, and whether it goes on from each checkpoint that somebody kept (--kept): one that was
            rolled back or forked does not. Then reads each sealed day out of the store, and names the records that
            appeared, vanished or changed since. Exits with 1 when anything is not as it was sealed.

            --log-only leaves the store alone: it needs the folder of seals, the public key, and nothing else, not even a
            configuration where both are named. The public key should come from whoever made it, and not from the machine
            that is verified.

            --export holds the folder of an export against its manifest, that against its signature (--signer), and each day
            that is whole in it against its seal: nothing is left out, and nothing was changed. Days that cannot be judged are
            named. --record and --proof hold one record against its proof, as the HTTP interface answers both. Neither needs
            a service, a network, a store or a configuration.

            Examples:
              audit-query verify
              audit-query verify --system billing --from 2024-01-01 --to 2024-01-31 --json
              audit-query verify --log-only --folder copy --public-key seal.key.pub \\
                --kept checkpoint-of-january --witness w1.pub
              audit-query verify --export january --signer export.key.pub \\
                --public-key seal.key.pub
              audit-query verify --record record.json --proof proof.json \\
                --public-key seal.key.pub
            """))

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(
        help: ArgumentHelp("The folder of seals, or a copy. (default: seal.folder)", valueName: "folder"),
        completion: .directory)
    var folder: String?
    @Option(
        help: ArgumentHelp(
            "The log's public key. (default: the one beside seal.key-file)", valueName: "file"),
        completion: .file())
    var publicKey: String?
    @Option(
        help: ArgumentHelp(
            "A checkpoint that was kept earlier; repeatable. (default: none)", valueName: "file"),
        completion: .file())
    var kept: [String] = []
    @Option(
        help: ArgumentHelp(
            "The public key of a witness that must have signed the checkpoint; repeatable. (default: none)",
            valueName: "file"
        ),
        completion: .file())
    var witness: [String] = []
    @Option(
        name: .customLong("system"),
        help: ArgumentHelp("No other system; repeatable. (default: all)", valueName: "name"))
    var systems: [String] = []
    @Option(help: ArgumentHelp("The first day, as 2024-01-31. (default: all)", valueName: "day"))
    var from: String?
    @Option(help: ArgumentHelp("The last day. (default: all)", valueName: "day")) var to: String?
    @OptionGroup var saved: SavedEvidenceOptions
    @Flag(help: "Leave the store alone.") var logOnly = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if let from { _ = try SealedDayOption.day(from, "--from") }
        if let to { _ = try SealedDayOption.day(to, "--to") }
        try saved.check(publicKey: publicKey)
        guard saved.isGiven else { return }
        let store: [(String, Bool)] = [
            ("--config", configurationFile.path != nil), ("--log-only", logOnly),
            ("--system", !systems.isEmpty), ("--from", from != nil), ("--to", to != nil),
        ]
        if let (name, _) = store.first(where: \.1) {
            throw ValidationError("\(name) is for the store and its log: not for what was saved in files")
        }
    }

    func run() throws {
        Niceness.yieldToWorkers()
        guard saved.isGiven else {
            return try configurationFile.reporting { try end(verifyStore()) }
        }
        try ExitStatus.reporting { try end(saved.verify(trust())) }
    }

    private func end(_ report: VerificationReport) throws {
        if json {
            try Console.output(json: report)
        } else {
            for line in report.lines { try Console.output(line) }
        }
        if !report.ok { throw ExitCode(ExitStatus.partial.rawValue) }
    }

    private func verifyStore() throws -> VerificationReport {
        let needsSettings = !logOnly || folder == nil || publicKey == nil
        let settings = needsSettings ? try configurationFile.settings() : nil
        let place = folder.map { SealFolder(path: $0) } ?? settings?.seal.folder
        guard let place, let keyFile = publicKey ?? settings?.seal.publicKeyFile else {
            throw SettingsError(description: "--folder and --public-key are missing")
        }
        let trust = try trust()
        var verification = Verification(place, key: try NoteKeyFile.verifierKey(keyFile))
        try verification.verifyLog(kept: trust.kept, witnesses: trust.witnesses)
        if !logOnly, verification.isLogWhole, let settings {
            let composition = try Composition(
                settings, instruments: Instruments(log: .standardError(settings)))
            try verification.verify(composition.store(for: .read).records, selection())
        }
        return verification.report
    }

    /// What is given of others.
    private func trust() throws -> ExportVerification.Trust {
        ExportVerification.Trust(
            signer: try saved.signer.map { try NoteKeyFile.verifierKey($0) },
            log: try publicKey.map { try NoteKeyFile.verifierKey($0) },
            folder: folder.map { SealFolder(path: $0) },
            kept: try kept.map { (name: $0, note: try NoteKeyFile.note($0)) },
            witnesses: try witness.map { try NoteKeyFile.verifierKey($0) })
    }

    private func selection() throws -> Verification.Selection {
        Verification.Selection(
            systems: systems.isEmpty ? nil : Set(systems.map { Identifier($0) }),
            from: try from.map { try SealedDayOption.day($0, "--from") },
            to: try to.map { try SealedDayOption.day($0, "--to") })
    }
}
