import AuditRecords
import Cryptography
import Evidence
import Files
import Foundation
import QueryService

/// Holds an export against its manifest, and whole days of it against their seals: from its files and from what whoever verifies has been
/// given, with no service and no network.
struct ExportVerification {
    /// What whoever verifies has from somebody else than the export is from.
    struct Trust {
        /// The public key of who signs exports.
        var signer: VerifierKey?
        /// The public key of the log of seals.
        var log: VerifierKey?
        /// A copy of that log.
        var folder: SealFolder?
        var kept: [(name: String, note: SignedNote)] = []
        var witnesses: [VerifierKey] = []
    }

    let folder: String
    let trust: Trust
    let hasher = TreeHasher()
    var report = VerificationReport()

    private static let mostManifestBytes = 256 << 20

    init(_ folder: String, _ trust: Trust) {
        (self.folder, self.trust) = (folder, trust)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// - Throws: that something cannot be read. What is not as it was exported is in the report.
    mutating func run() throws {
        guard let (manifest, bytes) = try manifest() else { return }
        try verifySignature(of: bytes, manifest)
        let seals = try knownSeals(manifest)
        let days = try verifyRecords(manifest, seals)
        guard let seals, let days else { return }
        try tell(days, seals, manifest)
    }

    private mutating func manifest() throws -> (manifest: ExportManifest, bytes: [UInt8])? {
        guard LocalFile.stamp(path("manifest.json")) != nil else {
            guard LocalFile.stamp(folder) != nil else { throw FileError(folder, "is not there", .missing) }
            note(.wrong, "manifest.json is missing: this is no whole export")
            return nil
        }
        let bytes = try LocalFile.read(path("manifest.json"), limit: Self.mostManifestBytes)
        do {
            let manifest = try JSONDecoder().decode(ExportManifest.self, from: Data(bytes))
            guard manifest.kind == "audit-query export", manifest.version == 1,
                AuditRecords.SortOrder(rawValue: manifest.question.order) != nil
            else { throw ManifestFault() }
            _ = try manifest.question.range.read()
            return (manifest, bytes)
        } catch {
            note(.wrong, "manifest.json is no manifest of an export of this version")
            return nil
        }
    }

    private struct ManifestFault: Error {}

    private mutating func verifySignature(of bytes: [UInt8], _ manifest: ExportManifest) throws {
        let path = path(ExportTarget.noteName)
        guard LocalFile.stamp(path) != nil else {
            guard trust.signer == nil, !manifest.isSigned else {
                return note(.wrong, "manifest.json is not signed: manifest.note is missing")
            }
            return note(
                .warning,
                "manifest.json is not signed: that the files belong together is no proof of who made them")
        }
        let signed: SignedNote
        do {
            signed = try NoteKeyFile.note(path)
        } catch let error as FileError {
            guard case .content = error.cause else { throw error }
            return note(.wrong, error.description)
        }
        guard signed.text == ExportManifest.statement(of: bytes) else {
            return note(.wrong, "manifest.json is not what was signed: it, or manifest.note, was changed")
        }
        let named = manifest.signer.flatMap { try? VerifierKey($0) }
        guard let key = trust.signer ?? named else {
            return note(.wrong, "manifest.json does not say who signed it")
        }
        switch signed.verdict(of: key) {
        case .signed:
            guard trust.signer != nil else {
                return note(
                    .warning,
                    "manifest.json is signed by the key that it names itself, \(key.name): give that by --signer, from whoever made it"
                )
            }
            note(.ok, "manifest.json is signed by \(key.name)")
        case .unsigned: note(.wrong, "manifest.json is not signed by the key \(key)")
        case .forged:
            note(.wrong, "manifest.note has a signature that says it is \(key.name)'s, and is not")
        }
    }

    mutating func note(_ state: Finding.State, _ text: String) { report.note(state, text, .export) }
}
