import AuditRecords
import Evidence

/// Holds the records of an export against the seals of their days, as they come by, in either order. Keeps some hashes a day and system.
struct ExportedDays {
    /// What was found of a day.
    enum Verdict {
        /// It is what a seal says, which need not be the newest.
        case proved(by: Int)
        /// It is not; held against the seal of this index.
        case differs(from: Int, found: Int)
        /// It has records and no seal.
        case unsealed(count: Int)
        /// It was sealed after the export was made, and is not what that seal says.
        case sealedLater(Int)
        /// Some of it is outside of what was asked.
        case partial
    }

    /// A day whose records come by.
    private struct Open {
        var count = 0
        var forward = TreeFrontier()
        /// One for each number of records that there may be.
        var backward: [BackwardTree]

        mutating func append(_ leaf: TreeHash, _ order: SortOrder, by hasher: TreeHasher) {
            count += 1
            guard order == .descending else { return forward.append(leaf, by: hasher) }
            for place in backward.indices { backward[place].append(leaf, by: hasher) }
        }
    }

    private let seals: KnownSeals
    private let range: TimeRange
    private let order: SortOrder
    private let hasher: TreeHasher
    private var leaves: RecordLeaves
    private var open: [SealedDay: Open] = [:]
    private var day: Day?
    private var expected: Set<SealedDay>
    /// What was found, of days that have anything to be told.
    private(set) var verdicts: [SealedDay: Verdict] = [:]

    /// Holds records of a range, in an order, against seals. `isSeen` says whether a system's records are among them.
    init(
        _ seals: KnownSeals, in range: TimeRange, _ order: SortOrder, by hasher: TreeHasher,
        isSeen: (Identifier) -> Bool
    ) {
        (self.seals, self.range, self.order, self.hasher) = (seals, range, order, hasher)
        leaves = RecordLeaves(by: hasher)
        expected = Set(seals.days.filter { isSeen($0.systemId) && range.holds($0.day) })
    }

    /// Takes the next record.
    ///
    /// - Throws: that it says something twice, and so nothing for sure.
    mutating func append(_ record: AuditRecord) throws {
        let subject = SealedDay(systemId: record.key.systemId, day: record.key.instant.day)
        if subject.day != day {
            close()
            day = subject.day
        }
        let leaf = try leaves.leaf(of: record)
        let hasher = hasher
        if open[subject] == nil {
            let counts = order == .ascending ? [] : Set(seals.candidates(of: subject).map(\.seal.count))
            open[subject] = Open(backward: counts.map { BackwardTree(size: $0) })
        }
        open[subject]?.append(leaf, order, by: hasher)
    }

    /// All records have come by.
    mutating func finish() {
        close()
        for subject in expected { judge(subject, Open(backward: [BackwardTree(size: 0)])) }
    }

    private mutating func close() {
        for (subject, day) in open {
            expected.remove(subject)
            judge(subject, day)
        }
        open.removeAll(keepingCapacity: true)
    }

    private mutating func judge(_ subject: SealedDay, _ day: Open) {
        let candidates = seals.candidates(of: subject)
        guard let first = candidates.first else {
            verdicts[subject] = .unsealed(count: day.count)
            return
        }
        guard range.holds(subject.day) else {
            verdicts[subject] = .partial
            return
        }
        for candidate in candidates where candidate.seal.count == day.count {
            let root =
                order == .ascending
                ? day.forward.root(by: hasher)
                : day.backward.first { $0.size == day.count }?.root(by: hasher)
            if root == candidate.seal.root {
                verdicts[subject] = .proved(by: candidate.index)
                return
            }
        }
        verdicts[subject] =
            first.index >= seals.sizeAtEnd
            ? .sealedLater(first.index) : .differs(from: first.index, found: day.count)
    }
}

extension TimeRange {
    /// Whether all of a day is in it.
    func holds(_ day: Day) -> Bool {
        start.map { $0 <= day.start } ?? true && end.map { day.end <= $0 } ?? true
    }
}

/// The seals that an export is held against: those that it has with it, or all of a log that somebody has a copy of.
struct KnownSeals {
    struct Entry {
        let index: Int
        let seal: DaySeal
    }

    /// How many seals the log had when the export began and when it ended: what was said meanwhile may be what it has.
    let sizeAtBeginning, sizeAtEnd: Int
    private let entries: [SealedDay: [Entry]]

    init(_ entries: [Entry], sizeAtBeginning: Int, sizeAtEnd: Int) {
        self.entries = Dictionary(grouping: entries, by: \.seal.subject)
        (self.sizeAtBeginning, self.sizeAtEnd) = (sizeAtBeginning, sizeAtEnd)
    }

    /// The days of which it has any.
    var days: [SealedDay] { Array(entries.keys) }

    /// The seals of a day that may be of what was exported: the one that held when that began, and all since.
    func candidates(of subject: SealedDay) -> ArraySlice<Entry> {
        guard let all = entries[subject] else { return [] }
        let held = all.lastIndex { $0.index < sizeAtBeginning } ?? 0
        return all[held...]
    }

    /// The seal that holds now.
    func current(of subject: SealedDay) -> Entry? { entries[subject]?.last }
    func entry(_ index: Int, of subject: SealedDay) -> Entry? {
        entries[subject]?.first { $0.index == index }
    }
}
