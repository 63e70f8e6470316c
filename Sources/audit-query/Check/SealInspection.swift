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
            return [Finding(.seals, .ok, text)] + (try days(contents.log))
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

    /// Days with records that should be sealed by now, or are deleted, as far as the store counts by an index.
    private func days(_ log: SealLog) throws -> [Finding] {
        let records = DayRecords(store)
        let end = now.advanced(bySeconds: -3600 * Int64(seal.hours) - Self.grace).day
        let range = TimeRange(start: Day(daysSince1970: end.daysSince1970 - Self.days).start, end: end.start)
        var (missing, deleted): ([SealedDay], [SealedDay]) = ([], [])
        for system in try records.systems() {
            guard let counts = try records.counts(of: system, in: range) else { return [] }
            missing += counts.keys.map { SealedDay(systemId: system, day: $0) }.filter {
                log.current[$0] == nil
            }
        }
        for system in Set(log.current.keys.map(\.systemId)) {
            let days = deletedDays(of: system, log)
            guard let first = days.min(), let last = days.max() else { continue }
            let range = TimeRange(start: first.start, end: last.end)
            let counts = try records.counts(of: system, in: range) ?? [:]
            deleted += days.filter { counts[$0] ?? 0 > 0 }.map {
                SealedDay(systemId: system, day: $0)
            }
        }
        return [
            finding(
                missing, "not sealed in time",
                "systemctl status audit-query-seal.timer audit-query-seal.service"),
            finding(deleted, "deleted, with records", "audit-query verify"),
        ].compactMap { $0 }
    }

    private func deletedDays(of system: Identifier, _ log: SealLog) -> [Day] {
        log.current.filter { $0.key.systemId == system && log.seals[$0.value].removal != nil }.map(\.key.day)
    }

    private func finding(_ days: [SealedDay], _ what: String, _ remedy: String) -> Finding? {
        guard let first = days.min() else { return nil }
        return Finding(
            .seals, .wrong,
            "seals: \(counted(days.count, "day")) \(what), the first \(first.description.printable): \(remedy)"
        )
    }
}
