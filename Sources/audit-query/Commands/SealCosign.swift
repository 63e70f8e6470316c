import ArgumentParser
import AuditRecords
import Evidence
import Files
import Foundation
import QueryService

/// `audit-query seal cosign`
struct SealCosign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cosign",
        abstract: "Sign the checkpoint as a witness: that the log of seals has only grown since.",
        discussion: .help(
            """
            For somebody else than who runs the store, with a copy of the folder of seals. The checkpoint must be the log's
            own, and the log must begin with all that the witness saw before, which it keeps in the file of --seen. Then a
            cosignature (C2SP cosignature/v1) is put below the checkpoint in the folder, or into --output. Give the file
            back: while the checkpoint is the newest, it can take the place of the one there.

            Example:
              audit-query seal cosign --folder copy --log-key seal.key.pub \\
                --witness-key witness.key --seen seen-checkpoint
            """))

    @Option(
        help: ArgumentHelp("The folder of seals, or a copy.", valueName: "folder"),
        completion: .directory)
    var folder: String
    @Option(help: ArgumentHelp("The log's public key.", valueName: "file"), completion: .file())
    var logKey: String
    @Option(help: ArgumentHelp("The witness's private key.", valueName: "file"), completion: .file())
    var witnessKey: String
    @Option(
        help: ArgumentHelp(
            "What the witness saw last; made where there is none yet.", valueName: "file"),
        completion: .file())
    var seen: String
    @Option(
        help: ArgumentHelp(
            "Where the signed checkpoint goes. (default: the folder's checkpoint)", valueName: "file"),
        completion: .file())
    var output: String?

    func run() throws {
        try ExitStatus.reporting {
            let key = try NoteKeyFile.signingKey(
                witnessKey, make: "audit-query seal key --witness NAME --file \(witnessKey)")
            guard key.verifier.kind == .cosignature else {
                throw FileError(witnessKey, "is the key of a log, and no witness's")
            }
            let place = SealFolder(path: folder)
            let isDone = try LocalFile.withLockIfFree(place.lockPath) {
                try cosign(key, place)
                return true
            }
            guard isDone == true else {
                throw ExitStatus.busy.exit("somebody is sealing there: try again when that is done")
            }
        }
    }

    private func cosign(_ key: SigningKey, _ place: SealFolder) throws {
        let hasher = TreeHasher()
        let log = try NoteKeyFile.verifierKey(logKey)
        var contents = try place.contents(by: hasher)
        let fault = VerifiedHead.fault(of: contents, log, kept: try kept(), by: hasher)
        if let fault { throw FileError(folder, fault) }
        try contents.note.sign(with: key, at: UInt64(max(0, TimeSource.system.wall().seconds)))
        // What the witness saw is kept before its word goes out: it must never vouch for less later on.
        try LocalFile.replace(seen, with: contents.note.bytes, mode: 0o600)
        try LocalFile.replace(output ?? place.checkpointPath, with: contents.note.bytes, mode: 0o640)
        try Console.output(
            "\(key.verifier.name) vouches for \(counted(contents.checkpoint.size, "seal")) of \(contents.checkpoint.origin)"
        )
    }

    private func kept() throws -> [(name: String, note: SignedNote)] {
        LocalFile.stamp(seen) == nil ? [] : [(seen, try NoteKeyFile.note(seen))]
    }
}
