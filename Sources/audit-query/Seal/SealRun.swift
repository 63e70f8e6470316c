import AuditRecords
import AuditStores
import Cryptography
import Evidence
import QueryService

/// Closes the days of a store that are over: of each system and day that has records and no seal, and of each whose seal no longer
/// holds, one seal more.
struct SealRun {
    /// Which days are looked at.
    struct Selection {
        /// Those before this instant's are closed.
        let horizon: Timestamp
        /// No earlier ones; nil for all that the store can tell of at once.
        var from: Day?
        /// No other system.
        var systems: [Identifier]?
        /// Whether sealed days are all read again, and not only those whose number of records is another.
        var readsAgain = false
    }

    private let records: DayRecords
    private let selection: Selection
    private let time: TimeSource
    private let hasher: TreeHasher
    private var writer: SealWriter

    /// Where a store cannot count by an index, so many days before the horizon are looked at.
    static let usualDays = 31

    init(
        _ store: any RecordStore, into folder: SealFolder, key: SigningKey, _ selection: Selection,
        time: TimeSource = .system
    ) throws {
        (records, self.selection, self.time) = (DayRecords(store), selection, time)
        hasher = TreeHasher()
        writer = try SealWriter(folder, key: key, by: hasher, time: time)
        self.folder = folder
        sealedBefore = writer.log.seals.count
    }

    private let folder: SealFolder
    /// How many seals there were before this run.
    private let sealedBefore: Int

    /// Seals, and tells of each seal, with what differs from the one that it replaces. Of a day that was deleted when its time was
    /// over, records that are there all the same are told by `appeared` and not sealed, unless sealed days are read again.
    mutating func run(
        appeared: (SealedDay) throws -> Void, _ tell: (Int, DaySeal, DayDifference?) throws -> Void
    ) throws {
        let known = try records.systems() + writer.log.current.keys.map(\.systemId)
        for system in Set(selection.systems ?? known).sorted() {
            for day in try days(of: system) {
                let subject = SealedDay(systemId: system, day: day)
                if isDeleted(subject), !selection.readsAgain {
                    try appeared(subject)
                    continue
                }
                guard let (seal, outline, difference) = try seal(of: subject) else { continue }
                try writer.append(seal, outline)
                try tell(writer.log.seals.count - 1, seal, difference)
            }
        }
        try writer.commit()
    }

    /// The days of a system that are to be read, in order.
    private func days(of system: Identifier) throws -> [Day] {
        let last = selection.horizon.day
        let range = TimeRange(start: selection.from?.start, end: last.start)
        var sealed: [Day] = []
        for subject in writer.log.current.keys where subject.systemId == system && subject.day < last {
            if let from = selection.from, subject.day < from { continue }
            sealed.append(subject.day)
        }
        let again = selection.readsAgain ? sealed : []
        if let counts = try records.counts(of: system, in: range) {
            var other = Set<Day>()
            for day in Set(sealed).union(counts.keys) {
                let count = sealCount(of: SealedDay(systemId: system, day: day)) ?? 0
                if count != counts[day] ?? 0 { other.insert(day) }
            }
            return other.union(again).sorted()
        }
        let first = selection.from?.daysSince1970 ?? last.daysSince1970 - Self.usualDays
        let open = (min(first, last.daysSince1970)..<last.daysSince1970).map { Day(daysSince1970: $0) }
        return Set(open).subtracting(sealed).union(again).sorted()
    }

    /// Reads days again that were sealed before this run, from the seal of an index on and then from the first: one day at least, and as
    /// many as have so many records together. Seals anew and tells those that are not as they were sealed.
    ///
    /// - Returns: where the next run goes on.
    mutating func readAgain(
        from start: Int, records limit: Int, _ tell: (Int, DaySeal, DayDifference?) throws -> Void
    ) throws -> Int {
        let order = writer.log.current.values.filter { index in
            index < sealedBefore && writer.log.seals[index].removal == nil
        }.sorted()
        var (left, next) = (limit, start)
        for index in order.filter({ $0 >= start }) + order.filter({ $0 < start }) {
            let seal = writer.log.seals[index]
            guard left == limit || seal.count <= left else { break }
            // One without records costs a read, too.
            left -= max(1, seal.count)
            next = index + 1
            if let (seal, outline, difference) = try self.seal(of: seal.subject) {
                try writer.append(seal, outline)
                try tell(writer.log.seals.count - 1, seal, difference)
            }
        }
        try writer.commit()
        return next
    }

    /// Whether the store can count by an index; else each look at a record costs money.
    func countsByIndex() throws -> Bool {
        let nobody = TimeRange(start: Day(daysSince1970: 0).start, end: Day(daysSince1970: 1).start)
        return try records.counts(of: Identifier("audit-query-probe"), in: nobody) != nil
    }

    private func isDeleted(_ subject: SealedDay) -> Bool {
        writer.log.current[subject].map { writer.log.seals[$0].removal != nil } ?? false
    }

    private func sealCount(of subject: SealedDay) -> Int? {
        writer.log.current[subject].map { writer.log.seals[$0].count }
    }

    /// Reads a day; nil where it has no records and no seal, or is as it was sealed.
    private func seal(of subject: SealedDay) throws -> (DaySeal, DayOutline, DayDifference?)? {
        let index = writer.log.current[subject]
        let old = index.map { writer.log.seals[$0] }
        let outline = index.flatMap { folder.outline(of: $0, writer.log.seals[$0], by: hasher) }
        var reading = DayReading(by: hasher, beside: outline)
        try records.forEach(of: subject) { try reading.append($0) }
        let (count, root) = reading.finish()
        var replaces: DaySeal.Replacement?
        var difference: DayDifference?
        if let index, let old {
            guard let found = reading.difference(from: old) else { return nil }
            (difference, replaces) = (found, DaySeal.Replacement(seal: index, difference: found.counts))
        } else if count == 0 {
            return nil
        }
        let seal = DaySeal(
            subject: subject, count: count, root: root, sealed: time.wall().wholeSecond,
            salt: try randomBytes(DaySeal.saltByteCount), replaces: replaces)
        return (seal, reading.outline, difference)
    }
}

extension Timestamp {
    fileprivate var wholeSecond: Timestamp { Timestamp(seconds: seconds) }
}
