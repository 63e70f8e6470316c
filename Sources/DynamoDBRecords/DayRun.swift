internal import AuditStores
internal import AuditRecords

/// One read of a day of all systems. Each has a partition of its own: some records of each are read, many partitions at once,
/// and taken in the order of answers; and more of those that have none left.
///
/// What is held never takes more bytes than the read's budget, however many systems there are: of a record that has to wait
/// for others only its key is kept, and it is read again.
struct DayRun {
    /// Reads several partitions at once.
    typealias Ask = ([PartitionRead]) -> [Result<PartitionRun, StoreError>]

    private let read: PartitionRead
    private let ask: Ask
    private var parts: [DayPart]
    private var records: [AuditRecord] = []
    /// What the records take that are to be returned.
    private var bytes = 0
    private var usage = StoreUsage.none

    /// A read of a day, from the partitions of these systems, each named once.
    init(_ read: PartitionRead, of day: Day, systems: [Identifier], ask: @escaping Ask) {
        self.read = read
        self.ask = ask
        parts = systems.map { DayPart(partition: .systemDay($0, day), after: read.after) }
    }

    /// Reads until there are enough records, the day ends, or the budget does.
    mutating func page() throws(StoreError) -> PartitionRun {
        while true {
            if parts.contains(where: \.isUnknown) {
                if read.budget.soft <= .now, let last = records.last { return run(resume: last.key) }
                try fill()
            }
            guard let next = parts.indices.min(by: { comesBefore(parts[$0], parts[$1]) }),
                let place = parts[next].place
            else { return run(resume: nil) }
            guard records.count < read.limit else { return run(resume: records.last?.key) }
            if !parts[next].ahead.isEmpty {
                take(from: next)
            } else if let withheld = parts[next].withheld {
                guard bytes + withheld.byteCount <= read.budget.bytes else {
                    return run(resume: records.last?.key ?? read.after, withheld: withheld)
                }
                try fetch(withheld, of: next)
            } else if read.budget.soft <= .now {
                return run(resume: place)
            }
        }
    }

    /// Reads of each partition that may have records, and of which none is held, as many as a page may need of it.
    private mutating func fill() throws(StoreError) {
        let empty = parts.indices.filter { parts[$0].isUnknown }
        let open = parts.count { !$0.isAtEnd }
        let share = max(0, read.limit - records.count) / max(1, open) + 1
        let free = max(0, read.budget.bytes - bytes - heldBytes)
        let runs = ask(empty.map { part(parts[$0], limit: share, bytes: free / empty.count) })
        for (index, run) in zip(empty, runs) { try note(run.get(), of: index) }
    }

    /// Reads one record for which there is room, if what is held of others makes some.
    private mutating func fetch(_ withheld: WithheldRecord, of index: Int) throws(StoreError) {
        if bytes + heldBytes + withheld.byteCount > read.budget.bytes {
            for index in parts.indices { parts[index].letGo() }
        }
        for run in ask([part(parts[index], limit: 1, bytes: withheld.byteCount)]) {
            try note(run.get(), of: index)
        }
    }

    private mutating func note(_ run: PartitionRun, of index: Int) throws(StoreError) {
        usage += run.usage
        let isAdvance = run.resume != parts[index].after || !run.records.isEmpty
        guard isAdvance || run.resume == nil || run.withheld != nil else {
            throw StoreError(.unavailable, "DynamoDB does not advance in \(parts[index].partition)")
        }
        parts[index].note(run)
    }

    private mutating func take(from index: Int) {
        guard let record = parts[index].popFirst() else { return }
        records.append(record)
        bytes += record.byteCount
    }

    private func run(resume: RecordKey?, withheld: WithheldRecord? = nil) -> PartitionRun {
        PartitionRun(records: records, resume: resume, withheld: withheld, usage: usage)
    }

    private func part(_ part: DayPart, limit: Int, bytes: Int) -> PartitionRead {
        var budget = read.budget
        budget.bytes = bytes
        var own = PartitionRead(
            partition: part.partition, range: read.range, order: read.order, after: part.after,
            restriction: read.restriction, limit: limit, budget: budget)
        own.trace = read.trace
        return own
    }

    /// Whether what is next of one part comes before what is next of another, where those that are at their end come last.
    private func comesBefore(_ left: DayPart, _ right: DayPart) -> Bool {
        guard let first = left.place else { return false }
        return right.place.map { read.order.areInOrder(first, $0) } ?? true
    }

    private var heldBytes: Int { parts.reduce(0) { $0 + $1.heldBytes } }
}

/// One system's part of a day: what has been read of its partition and not been taken.
private struct DayPart {
    let partition: Partition
    /// Its next records, in order.
    private(set) var ahead: ArraySlice<AuditRecord> = []
    /// The one behind them, where it is known and was not read.
    private(set) var withheld: WithheldRecord?
    /// Where reading goes on.
    private(set) var after: RecordKey?
    /// The last place that has been taken.
    private var taken: RecordKey?
    /// Whether there is nothing behind what is held.
    private(set) var isAtEnd = false

    init(partition: Partition, after: RecordKey?) {
        self.partition = partition
        self.after = after
        taken = after
    }

    /// What its records take.
    var heldBytes: Int { ahead.reduce(0) { $0 + $1.byteCount } }

    /// Whether something may come of which nothing is known.
    var isUnknown: Bool { ahead.isEmpty && withheld == nil && !isAtEnd }

    /// Where the next record is, or where it must come after; nil behind the last.
    var place: RecordKey? { ahead.first?.key ?? withheld?.key ?? (isAtEnd ? nil : after) }

    /// Takes note of what was read behind ``after``, of which nothing was held.
    mutating func note(_ run: PartitionRun) {
        ahead = run.records[...]
        withheld = run.withheld
        isAtEnd = run.withheld == nil && run.resume == nil
        after = run.resume ?? after
    }

    /// Takes the next record.
    mutating func popFirst() -> AuditRecord? {
        let record = ahead.popFirst()
        taken = record?.key ?? taken
        return record
    }

    /// Forgets what is held but for the first key.
    mutating func letGo() {
        guard let first = ahead.first else { return }
        (withheld, ahead, after, isAtEnd) = (WithheldRecord(first), [], taken, false)
    }
}
