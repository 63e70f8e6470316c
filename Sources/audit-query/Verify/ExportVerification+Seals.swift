import AuditRecords
import Cryptography
import Evidence
import Files
import Foundation
import JSONBytes
import QueryService

/// The seals that an export has with it, and those of a copy of the log.
extension ExportVerification {
    private static let mostSealBytes = 1 << 30

    /// What days can be held against; nil where no day can be judged, and why is said.
    mutating func knownSeals(_ manifest: ExportManifest) throws -> KnownSeals? {
        guard let head = manifest.seals else {
            noJudgement("nothing was sealed, or not for whom it was made")
            return nil
        }
        guard let key = trust.log else {
            noJudgement("the log's public key is not given (--public-key)")
            return nil
        }
        let extracts: [SealExtract]
        do throws(NoteFault) {
            guard let found = try carried(head) else { return nil }
            extracts = found
            let signed = try SignedNote(Array(head.checkpoint.utf8))
            let checkpoint = try Checkpoint(signed)
            try check(signed, key)
            try check(checkpoint, head)
            if trust.folder == nil,
                let fault = VerifiedHead.fault(of: checkpoint, key, beside: trust.kept, of: "export")
            {
                throw NoteFault(fault)
            }
            for extract in extracts { try check(extract.note, key) }
            report.verify(trust.witnesses, signed)
            (report.origin, report.seals) = (checkpoint.origin, checkpoint.size)
            if trust.folder == nil {
                note(.ok, "seals: \(counted(head.seals, "seal")) of \(checkpoint.origin), signed by its key")
            }
        } catch {
            note(.wrong, "seals: \(error)")
            return nil
        }
        var entries: [KnownSeals.Entry] = []
        if let folder = trust.folder {
            guard let log = try log(folder, key, extracts, head) else { return nil }
            entries = log.seals.enumerated().map { KnownSeals.Entry(index: $0.offset, seal: $0.element) }
        } else {
            // Those of one day are in one extract, but for what was sealed while a server was asked for several.
            for extract in extracts {
                entries += extract.entries.map { KnownSeals.Entry(index: $0.index, seal: $0.seal) }
            }
            entries.sort { $0.index < $1.index }
        }
        return KnownSeals(entries, sizeAtBeginning: head.sizeAtBeginning, sizeAtEnd: head.size)
    }

    /// Why no day of an export can be held against a seal.
    mutating func noJudgement(_ reason: String) { note(.warning, "days: none can be judged: \(reason)") }

    /// Nil where the file is not the export's, which is said.
    private mutating func carried(_ head: ExportManifest.Seals) throws(NoteFault) -> [SealExtract]? {
        guard let file = head.file else { return [] }
        guard file == ExportTarget.sealsName,
            let bytes = try? LocalFile.read(path(file), limit: Self.mostSealBytes)
        else {
            note(.wrong, "\(file.printable) is missing, or cannot be read")
            return nil
        }
        if bytes.count != head.bytes || Digest(of: bytes).hexadecimal != head.sha256 {
            note(.wrong, "\(file) is not as it was exported: it was changed")
        }
        let extracts = try SealExtract.list(json: bytes)
        for extract in extracts {
            if let fault = extract.fault(by: hasher) {
                note(.wrong, "\(file): \(fault)")
                return nil
            }
        }
        return extracts
    }

    private func check(_ note: SignedNote, _ key: VerifierKey) throws(NoteFault) {
        let checkpoint = try Checkpoint(note)
        if let fault = VerifiedHead.fault(of: note, checkpoint, key) {
            throw NoteFault("the checkpoint \(fault)")
        }
    }

    private func check(_ checkpoint: Checkpoint, _ head: ExportManifest.Seals) throws(NoteFault) {
        guard checkpoint.origin == head.origin, checkpoint.size == head.size,
            (0...head.size).contains(head.sizeAtBeginning)
        else { throw NoteFault("the manifest's numbers are not those of its checkpoint") }
    }

    /// The seals of a copy of the log; nil where that is not whole, or not the one that the export is from.
    private mutating func log(
        _ folder: SealFolder, _ key: VerifierKey, _ extracts: [SealExtract], _ head: ExportManifest.Seals
    ) throws -> SealLog? {
        let contents = Result { () throws(FileError) in try folder.contents(by: hasher) }
        guard case .success(let contents) = contents else {
            if case .failure(let error) = contents, case .content = error.cause {
                note(.wrong, error.description)
                return nil
            }
            _ = try contents.get()
            return nil
        }
        var fault = VerifiedHead.fault(of: contents, key, kept: trust.kept, by: hasher)
        let notes = try [SignedNote(Array(head.checkpoint.utf8))] + extracts.map(\.note)
        for note in notes where fault == nil {
            guard let checkpoint = try? Checkpoint(note) else { continue }
            fault = contents.log.fault(beside: checkpoint, by: hasher).map {
                "\($0), where the export was made"
            }
        }
        if let fault {
            note(.wrong, "\(folder.path): \(fault)")
            return nil
        }
        note(
            .ok,
            "seals: \(counted(contents.checkpoint.size, "seal")) of \(contents.checkpoint.origin) in \(folder.path), signed by its key, "
                + "which go on from the export's \(head.size)")
        return contents.log
    }
}
