import AuditRecords
import AuditStores
import Cryptography
import Evidence
import Glibc
import QueryService

/// The log of seals as a deletion needs it: what was sealed, and where to say that it is deleted.
struct RemovalSeals {
    private let folder: SealFolder
    private let hasher = TreeHasher()
    private let time: TimeSource
    /// Nil where nothing is deleted.
    private var writer: SealWriter?
    private let read: SealLog

    init(_ seals: RetentionRun.Seals, time: TimeSource) throws {
        (folder, self.time) = (seals.folder, time)
        if let key = seals.key {
            writer = try SealWriter(folder, key: key, by: hasher, time: time)
            read = SealLog()
        } else {
            read = try folder.contents(by: hasher).log
        }
    }

    private var log: SealLog { writer?.log ?? read }

    /// All systems with sealed days.
    var systems: [Identifier] { log.current.keys.map(\.systemId) }

    /// The days of a system that are sealed and not deleted.
    func sealedDays(of system: Identifier) -> [Day] {
        log.current.filter { $0.key.systemId == system && log.seals[$0.value].count > 0 }.map(\.key.day)
    }

    /// The days of a system whose deletion has begun, and not ended for all that is known: what proofs were made of is still there.
    func unfinishedDays(of system: Identifier) -> [Day] {
        log.current.filter { subject, index in
            subject.systemId == system && log.seals[index].removal != nil
                && log.earlier(than: index).contains { access(folder.outlinePath(of: $0), F_OK) == 0 }
        }.map(\.key.day)
    }

    /// Why a day would stay, as far as its number of records tells.
    func reason(toKeep subject: SealedDay, count: Int?) -> KeptReason? {
        guard let index = log.current[subject] else { return .unsealed }
        let seal = log.seals[index]
        if seal.removal != nil {
            let sealed = seal.replaces.map { log.seals[$0.seal].count } ?? 0
            return count.map { $0 > sealed } ?? false ? .appeared(count ?? 0) : nil
        }
        guard let count, count != seal.count else { return nil }
        return .differs(.day(sealed: seal.count, found: count))
    }

    /// Reads a day and holds it against its seal; tells why it stays, or nil where it may go.
    func verify(_ day: inout PendingDay, _ records: DayRecords) throws -> KeptReason? {
        guard let current = log.current[day.subject] else { return .unsealed }
        day.isAnnounced = log.seals[current].removal != nil
        let index = day.isAnnounced ? log.seals[current].replaces?.seal ?? current : current
        day.seal = index
        let seal = log.seals[index]
        var reading = DayReading(by: hasher, beside: folder.outline(of: index, seal, by: hasher))
        try records.forEach(of: day.subject) { try reading.append($0) }
        let count = reading.finish().count
        day.count = count
        guard let difference = reading.difference(from: seal) else { return nil }
        guard day.isAnnounced else { return .differs(difference) }
        // Of what was sealed, some has gone already. Nothing else may be there.
        return count == 0 || difference.isOnlyGone ? nil : .appeared(count)
    }

    /// Says of days, on the disk, that they are deleted.
    mutating func announce(_ days: [PendingDay], by words: String) throws {
        for day in days where !day.isAnnounced {
            guard let index = day.seal else { continue }
            let seal = log.seals[index].removed(
                by: words, at: Timestamp(seconds: time.wall().seconds), index: index,
                salt: try randomBytes(DaySeal.saltByteCount), by: hasher)
            var nothing = DayReading(by: hasher)
            _ = nothing.finish()
            try writer?.append(seal, nothing.outline)
        }
        try writer?.commit()
    }

    /// What a day had, in short.
    func outline(of day: PendingDay) -> DayOutline? {
        day.seal.flatMap { folder.outline(of: $0, log.seals[$0], by: hasher) }
    }

    /// Removes what a deleted day had in short: it names records.
    func forgetOutlines(of subject: SealedDay) {
        guard let index = log.current[subject] else { return }
        for index in log.earlier(than: index) { unlink(folder.outlinePath(of: index)) }
    }
}
