import AuditRecords
import AuditStores
import Evidence
import Files
import QueryService

/// Whether the log of seals is whole and its key's, and days are sealed in time.
struct SealInspection {
    let seal: SealSettings
    let store: any RecordStore
    let now: Timestamp

    /// How late a day may be sealed, and how many days before that are looked at.
    private static let (grace, days) = (86_400 as Int64, 31)

    /// None where no day is to be sealed.
    func findings() -> [Finding] {
        guard seal.isEnabled else { return [] }
        let hasher = TreeHasher()
        do {
            let key = try NoteKeyFile.verifierKey(seal.publicKeyFile)
            let contents = try seal.folder.contents(by: hasher)
            if let fault = VerifiedHead.fault(of: contents, key, kept: [], by: hasher) {
                return [Finding(.seals, .wrong, "seals: \(seal.folder.path): \(fault)")]
            }
            let text =
                "seals: \(counted(contents.checkpoint.size, "seal")) in \(seal.folder.path), signed by their key"
            return [Finding(.seals, .ok, text)] + [try overdue(contents.log)].compactMap { $0 }
        } catch let error as FileError where error.isMissing {
            return [
                Finding(
                    .seals, .wrong,
                    "seals: \(error): make the key with `audit-query seal key`, and enable audit-query-seal.timer"
                )
            ]
        } catch {
            return [Finding(.seals, .wrong, "seals: \(error)")]
        }
    }

    /// Days with records that should be sealed by now, as far as the store counts by an index.
    private func overdue(_ log: SealLog) throws -> Finding? {
        let records = DayRecords(store)
        let end = now.advanced(bySeconds: -3600 * Int64(seal.hours) - Self.grace).day
        let range = TimeRange(start: Day(daysSince1970: end.daysSince1970 - Self.days).start, end: end.start)
        var missing: [SealedDay] = []
        for system in try records.systems() {
            guard let counts = try records.counts(of: system, in: range) else { return nil }
            missing += counts.keys.map { SealedDay(systemId: system, day: $0) }.filter {
                log.current[$0] == nil
            }
        }
        guard let first = missing.min() else { return nil }
        return Finding(
            .seals, .wrong,
            "seals: \(counted(missing.count, "day")) not sealed in time, the first \(first.description.printable): "
                + "systemctl status audit-query-seal.timer audit-query-seal.service")
    }
}
