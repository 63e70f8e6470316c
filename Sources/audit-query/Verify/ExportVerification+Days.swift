import AuditRecords
import Cryptography
import Evidence
import QueryService

/// What is said of days.
extension ExportVerification {
    /// So many days are named that cannot be judged.
    private static let mostNamed = 20
    /// So many records of differing days are looked at to name what differs.
    private static let mostLookedAt = 1 << 18

    /// Says of each day whether it is whole, and why where it cannot be judged.
    mutating func tell(_ days: ExportedDays, _ seals: KnownSeals, _ manifest: ExportManifest) throws {
        var unjudged: [String] = []
        var differing: [SealedDay: (index: Int, found: Int)] = [:]
        for (subject, verdict) in days.verdicts.sorted(by: { $0.key < $1.key }) {
            switch verdict {
            case .proved(let index): tell(subject, provedBy: index, seals)
            case .differs(let index, let found): differing[subject] = (index, found)
            case .unsealed(let count):
                unjudged.append("\(subject), \(counted(count, "record")): it was not sealed")
            case .partial: unjudged.append("\(subject): some of it is outside of what was asked")
            case .sealedLater(let index):
                unjudged.append(
                    "\(subject): it was sealed after the export, as seal \(index), with other records: those came late, or "
                        + "are not what was exported"
                )
            }
        }
        for text in unjudged.prefix(Self.mostNamed) { note(.warning, "not judged: \(text.printable)") }
        if unjudged.count > Self.mostNamed {
            note(.warning, "not judged: \(counted(unjudged.count - Self.mostNamed, "day")) more")
        }
        let named = try differences(of: differing, manifest)
        for (subject, (index, found)) in differing.sorted(by: { $0.key < $1.key }) {
            guard let seal = seals.entry(index, of: subject)?.seal else { continue }
            report.note(SealReport(index, seal, named[subject] ?? .day(sealed: seal.count, found: found)))
        }
        guard differing.isEmpty else { return }
        note(
            .ok,
            "days: \(counted(report.days, "sealed day")) whole, \(counted(report.records, "record")): nothing is left out, "
                + "and nothing was changed"
        )
    }

    private mutating func tell(_ subject: SealedDay, provedBy index: Int, _ seals: KnownSeals) {
        guard let entry = seals.entry(index, of: subject) else { return }
        report.days += 1
        report.records += entry.seal.count
        guard let current = seals.current(of: subject), current.index != index,
            let replaced = current.seal.replaces
        else { return }
        if let words = current.seal.removal {
            note(
                .ok,
                "\(subject.description.printable) is as seal \(index) says, and its records were deleted since, by "
                    + "`\(words.printable)`")
            return
        }
        note(
            .warning,
            "\(subject.description.printable) is as seal \(index) says, and was sealed anew since: the newest is seal \(current.index)"
        )
        report.note(renewed: current.seal, current.index, replaced)
    }

    /// Which records differ, of days whose outlines are in the copy of the log.
    private mutating func differences(
        of days: [SealedDay: (index: Int, found: Int)], _ manifest: ExportManifest
    ) throws -> [SealedDay: DayDifference] {
        guard let folder = trust.folder, !days.isEmpty, let contents = try? folder.contents(by: hasher) else {
            return [:]
        }
        var wanted: [SealedDay: DayOutline] = [:]
        var rest = Self.mostLookedAt
        for (subject, (index, found)) in days.sorted(by: { $0.key < $1.key }) where found <= rest {
            wanted[subject] = folder.outline(of: index, contents.log.seals[index], by: hasher)
            rest -= found
        }
        var leaves = RecordLeaves(by: hasher)
        var found: [SealedDay: [(place: DayPlace, leaf: TreeHash)]] = [:]
        for part in manifest.parts where !part.file.contains("/") {
            var rows = ExportedRows(manifest.form)
            _ = try? ExportedPart(path: path(part.file), whole: RunningDigest()).read(&rows) { record, _ in
                let subject = SealedDay(systemId: record.key.systemId, day: record.key.instant.day)
                guard wanted[subject] != nil else { return }
                found[subject, default: []].append((DayPlace(record.key), try leaves.leaf(of: record)))
            }
        }
        var named: [SealedDay: DayDifference] = [:]
        for (subject, outline) in wanted {
            guard let index = days[subject]?.index else { continue }
            var reading = DayReading(by: hasher, beside: outline)
            for (place, leaf) in (found[subject] ?? []).sorted(by: { $0.place < $1.place }) {
                reading.append(leaf, at: place)
            }
            _ = reading.finish()
            named[subject] = reading.difference(from: contents.log.seals[index])
        }
        return named
    }
}
