import AuditRecords
import AuditStores
import Cryptography
import Evidence
import Files
import QueryService

/// Deletes the days of a store whose time is over, or tells which ones it would.
///
/// Where days are sealed, a day goes only when it is as it was sealed. First the log of seals says that it is deleted, and by what;
/// then its records go. So whatever stops a run, what is missing is explained, and the next run deletes the rest.
struct RetentionRun {
    /// Which days.
    struct Selection {
        /// Those before this one.
        let before: Day
        /// No earlier ones; nil for all that the store can tell of.
        var from: Day?
        var scope = SystemScope.all
        /// Whether they are deleted, and not only told.
        var deletes = false
        /// What the log of seals says they were deleted by.
        let words: String
    }

    /// Where seals are, and what signs them.
    struct Seals {
        let folder: SealFolder
        /// Nil where nothing is deleted.
        let key: SigningKey?
    }

    private let store: any RemovingStore
    private let records: DayRecords
    private let holds: () throws -> [Hold]
    private let alone: (() throws -> Void) throws -> Void
    private let selection: Selection
    private let time: TimeSource
    private var seals: RemovalSeals?
    private var pending: [PendingDay] = []
    private var pendingRecords = 0
    /// Whether the store could not tell which days it has, so that only those were looked at that are sealed.
    private(set) var seesSealedDaysAlone = false

    /// So many days and records wait for one line in the log, before which nobody may place a hold.
    private static let (mostPending, mostPendingRecords) = (64, 200_000)
    private static let patience = Duration.seconds(60)

    init(
        _ store: any RemovingStore, _ seals: Seals?, _ retention: RetentionSettings, _ selection: Selection,
        time: TimeSource = .system
    ) throws {
        (self.store, self.selection, self.time) = (store, selection, time)
        records = DayRecords(store)
        holds = { try retention.holds.inForce(retention.operators) }
        alone = { body in try retention.holds.alone(body) }
        self.seals = try seals.map { try RemovalSeals($0, time: time) }
    }

    /// Goes through the days, and tells what becomes of each.
    mutating func run(_ tell: (RetentionEvent) throws -> Void) throws {
        for system in try systems() {
            let hold = try holds().first { $0.holds(system) }
            for (day, count) in try days(of: system) {
                let subject = SealedDay(systemId: system, day: day)
                if let hold {
                    try tell(.kept(subject, .held(hold)))
                } else if selection.deletes {
                    try prepare(subject, tell)
                } else if let reason = seals?.reason(toKeep: subject, count: count) {
                    try tell(.kept(subject, reason))
                } else {
                    try tell(.deleted(subject, try count ?? records.count(of: subject)))
                }
            }
        }
        try flush(tell)
    }

    private func systems() throws -> [Identifier] {
        let known = try records.systems() + (seals?.systems ?? [])
        return Set(known).filter(selection.scope.contains).sorted()
    }

    /// The days of a system that may have records, in order, with how many where that is known.
    private mutating func days(of system: Identifier) throws -> [(day: Day, count: Int?)] {
        let range = TimeRange(start: selection.from?.start, end: selection.before.start)
        var days: [Day: Int?] = [:]
        if let counts = try records.counts(of: system, in: range) {
            for (day, count) in counts { days[day] = .some(count) }
        } else if let seals {
            seesSealedDaysAlone = true
            for day in seals.sealedDays(of: system) { days[day] = .some(nil) }
        } else {
            guard let from = selection.from else {
                throw SettingsError(
                    description:
                        "the store cannot tell on which days it has records: name the first day by --from")
            }
            for day in from.daysSince1970..<max(from.daysSince1970, selection.before.daysSince1970) {
                days[Day(daysSince1970: day)] = .some(nil)
            }
        }
        for day in seals?.unfinishedDays(of: system) ?? [] where days[day] == nil { days[day] = .some(nil) }
        return days.filter { range.contains($0.key.start) }.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value)
        }
    }

    /// Reads a day that is sealed, and has it deleted soon if it is as it was.
    private mutating func prepare(_ subject: SealedDay, _ tell: (RetentionEvent) throws -> Void) throws {
        let mark = try store.removalMark(deadline: .now + Self.patience)
        var day = PendingDay(subject: subject, mark: mark)
        if let seals {
            if let reason = try seals.verify(&day, records) { return try tell(.kept(subject, reason)) }
            pendingRecords += day.count
        }
        pending.append(day)
        let isFull = pending.count >= Self.mostPending || pendingRecords >= Self.mostPendingRecords
        if isFull || seals == nil { try flush(tell) }
    }

    /// Says in the log that what waits is deleted, and deletes it. A hold that is placed meanwhile waits until that is done.
    private mutating func flush(_ tell: (RetentionEvent) throws -> Void) throws {
        guard !pending.isEmpty else { return }
        let waiting = pending
        (pending, pendingRecords) = ([], 0)
        var seals = self.seals
        defer { self.seals = seals }
        try alone {
            let holds = try self.holds()
            var days: [PendingDay] = []
            for day in waiting {
                if let hold = holds.first(where: { $0.holds(day.subject.systemId) }) {
                    try tell(.kept(day.subject, .held(hold)))
                } else {
                    days.append(day)
                }
            }
            try seals?.announce(days, by: selection.words)
            for day in days {
                let (removed, left) = try delete(day)
                if left == 0 { seals?.forgetOutlines(of: day.subject) }
                try tell(.deleted(day.subject, removed))
                if left > 0 { try tell(.left(day.subject, left)) }
            }
        }
    }

    /// Deletes a day's records: those that were sealed, as far as that is told of each, and that came before it was read. How many
    /// have gone, and how many are left.
    private func delete(_ day: PendingDay) throws -> (removed: Int, left: Int) {
        let sealed = seals?.outline(of: day)
        let hasher = TreeHasher()
        var leaves = RecordLeaves(by: hasher)
        var (batch, seen, removed) = ([AuditRecord](), 0, 0)
        try records.forEach(of: day.subject) { record in
            seen += 1
            if let sealed, sealed.has(DayPlace(record.key), try leaves.leaf(of: record)) == false { return }
            batch.append(record)
            guard batch.count == store.mostRemoved else { return }
            removed += try store.remove(batch, before: day.mark)
            batch = []
        }
        if !batch.isEmpty { removed += try store.remove(batch, before: day.mark) }
        return (removed, seen - removed)
    }
}

/// A day that is to be deleted.
struct PendingDay {
    let subject: SealedDay
    /// What comes into the store from here on stays.
    let mark: Int64
    /// How many records are there, where that was looked at.
    var count = 0
    /// The index of the seal that says what the day had; nil where none does.
    var seal: Int?
    /// Whether the log says already that it is deleted.
    var isAnnounced = false
}

/// What becomes of a day.
enum RetentionEvent {
    /// So many records were deleted, or would be.
    case deleted(SealedDay, Int)
    case kept(SealedDay, KeptReason)
    /// So many records came meanwhile, or are others than were sealed: they stay.
    case left(SealedDay, Int)
}

/// Why a day stays.
enum KeptReason {
    case held(Hold)
    case unsealed
    /// It is not as it was sealed.
    case differs(DayDifference)
    /// It was deleted, and records are there that were not.
    case appeared(Int)
}
