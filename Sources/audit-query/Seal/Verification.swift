import AuditRecords
import AuditStores
import Evidence
import Files
import QueryService

/// Holds a log of seals against keys and kept checkpoints, and a store against the seals.
struct Verification {
    /// Which sealed days are read.
    struct Selection {
        var systems: Set<Identifier>?
        var from: Day?
        var to: Day?

        func contains(_ subject: SealedDay) -> Bool {
            if let systems, !systems.contains(subject.systemId) { return false }
            if let from, subject.day < from { return false }
            if let to, to < subject.day { return false }
            return true
        }
    }

    private let folder: SealFolder
    private let key: VerifierKey
    private let hasher = TreeHasher()
    private var contents: SealFolder.Contents?
    private(set) var report = VerificationReport()

    init(_ folder: SealFolder, key: VerifierKey) {
        (self.folder, self.key) = (folder, key)
    }

    /// Whether days can be held against the log.
    var isLogWhole: Bool { contents != nil }

    /// - Throws: ``FileError`` where there is no log, or it cannot be read.
    mutating func verifyLog(kept: [(name: String, note: SignedNote)], witnesses: [VerifierKey]) throws {
        let contents: SealFolder.Contents
        switch Self.contents(of: folder, by: hasher) {
        case .success(let found): contents = found
        case .failure(let error):
            guard case .content = error.cause else { throw error }
            report.note(.wrong, error.description)
            return
        }
        if let fault = VerifiedHead.fault(of: contents, key, kept: kept, by: hasher) {
            report.note(.wrong, "\(folder.path): \(fault)")
        } else {
            self.contents = contents
            report.origin = contents.checkpoint.origin
            report.seals = contents.checkpoint.size
            report.note(
                .ok,
                "log: \(counted(contents.checkpoint.size, "seal")) of \(contents.checkpoint.origin), signed by its key"
                    + (kept.isEmpty ? "" : ", and they go on from what was kept"))
        }
        report.verify(witnesses, contents.note)
    }

    private static func contents(
        of folder: SealFolder, by hasher: TreeHasher
    ) -> Result<SealFolder.Contents, FileError> {
        Result { () throws(FileError) in try folder.contents(by: hasher) }
    }

    /// Reads the sealed days out of a store.
    mutating func verify(_ store: any RecordStore, _ selection: Selection) throws {
        guard let log = contents?.log else { return }
        let records = DayRecords(store)
        var deletions = Deletions()
        for (subject, index) in log.current.sorted(by: { $0.key < $1.key }) where selection.contains(subject)
        {
            let seal = log.seals[index]
            let outline = folder.outline(of: index, seal, by: hasher)
            var reading = DayReading(by: hasher, beside: outline)
            try records.forEach(of: subject) { try reading.append($0) }
            _ = reading.finish()
            report.days += 1
            report.records += seal.count
            if let words = seal.removal {
                deletions.note(seal, words)
            } else if let replaced = seal.replaces {
                report.note(renewed: seal, index, replaced)
            }
            if let difference = reading.difference(from: seal) {
                report.note(SealReport(index, seal, difference))
            }
        }
        for text in deletions.lines { report.note(.ok, text) }
        report.note(
            .ok,
            "store: \(counted(report.days, "sealed day")) read, \(counted(report.records, "record")) sealed")
    }
}

/// Days whose records were deleted when their time was over, by what they were deleted by.
private struct Deletions {
    private var known: [String: (days: Int, records: Int, first: Day, last: Day)] = [:]

    mutating func note(_ seal: DaySeal, _ words: String) {
        let when = String(decoding: seal.sealed.day.text, as: UTF8.self)
        let records = seal.replaces?.difference.vanished ?? 0
        let day = seal.subject.day
        let other = known["`\(words.printable)` on \(when)"] ?? (0, 0, day, day)
        known["`\(words.printable)` on \(when)"] = (
            other.days + 1, other.records + records, min(other.first, day), max(other.last, day)
        )
    }

    var lines: [String] {
        known.sorted { $0.key < $1.key }.map { words, each in
            let days = [each.first, each.last].map { String(decoding: $0.text, as: UTF8.self) }
            return
                "deleted: \(counted(each.days, "sealed day")) with \(counted(each.records, "record")), from \(days[0]) to \(days[1]), "
                + "by \(words)"
        }
    }
}
