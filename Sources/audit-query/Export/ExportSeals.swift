import AuditRecords
import AuditStores
import Cryptography
import Evidence
import Files
import QueryService

/// What an export takes with it of a log of seals: of the days in its range those seals, and what leads from them to the signed
/// checkpoint.
struct ExportSeals {
    /// Of which systems and days; nil where only the log's head is wanted.
    struct Wanted: Equatable {
        /// Nil for all that may be seen.
        let systemId: Identifier?
        let range: TimeRange

        /// Those that an answer can be held against; nil where it has a part of each day's records.
        init?(_ query: RecordQuery) {
            guard query.userId == nil, query.resourceId == nil, query.condition == nil else { return nil }
            (systemId, range) = (query.systemId, query.range)
        }

        init(systemId: Identifier?, range: TimeRange) {
            (self.systemId, self.range) = (systemId, range)
        }

        func contains(_ subject: SealedDay) -> Bool {
            systemId.map { $0 == subject.systemId } ?? true
                && range.start.map { $0 < subject.day.end } ?? true
                && range.end.map { subject.day.start < $0 } ?? true
        }
    }

    /// More than one where a server does not answer all at once.
    let extracts: [SealExtract]
    /// The head of the newest of them.
    private let head: SignedNote
    private let checkpoint: Checkpoint

    /// Nil where nothing is sealed.
    init?(_ extracts: [SealExtract]) throws(ExportError) {
        var newest: (note: SignedNote, checkpoint: Checkpoint)?
        for extract in extracts {
            guard let checkpoint = try? Checkpoint(extract.note) else {
                throw ExportError("the log of seals has no checkpoint as its head", .unavailable)
            }
            if newest.map({ $0.checkpoint.size <= checkpoint.size }) ?? true {
                newest = (extract.note, checkpoint)
            }
        }
        guard let newest else { return nil }
        self.extracts = extracts
        (head, checkpoint) = (newest.note, newest.checkpoint)
    }

    /// How many seals the log has.
    var size: Int { checkpoint.size }

    /// Writes them beside the parts, where there are any, and says what the manifest says of them. `sizeAtBeginning` is how many seals
    /// the log had when the export began.
    func write(to target: ExportTarget, sizeAtBeginning: Int) throws -> ExportManifest.Seals {
        let count = extracts.reduce(0) { $0 + $1.entries.count }
        var seals = ExportManifest.Seals(
            seals: count, origin: checkpoint.origin, size: checkpoint.size, sizeAtBeginning: sizeAtBeginning,
            checkpoint: String(decoding: head.bytes, as: UTF8.self))
        guard count > 0 else { return seals }
        let json = Array(extracts.map(\.json).joined(separator: Array(",\n".utf8)))
        let bytes = Array("[".utf8) + json + Array("]\n".utf8)
        do throws(FileError) {
            try LocalFile.replace(target.seals, with: bytes, mode: 0o640)
        } catch {
            throw ExportError(error.description.printable, .outputLost)
        }
        seals.file = ExportTarget.sealsName
        seals.bytes = bytes.count
        seals.sha256 = Digest(of: bytes).bytes.hexadecimal
        return seals
    }
}

/// The seals of a folder.
struct FolderSeals {
    /// Nil where no day is sealed.
    let folder: SealFolder?

    func extracts(_ wanted: ExportSeals.Wanted?) throws(FileError) -> [SealExtract] {
        guard let folder else { return [] }
        let hasher = TreeHasher()
        let contents: SealFolder.Contents
        do throws(FileError) {
            contents = try folder.contents(by: hasher)
        } catch {
            guard error.isMissing else { throw error }
            return []
        }
        return [
            SealExtract(of: contents.log, vouchedForBy: contents.note, by: hasher) { subject in
                wanted?.contains(subject) ?? false
            }
        ]
    }
}
