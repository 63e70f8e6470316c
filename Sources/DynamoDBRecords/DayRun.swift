internal import AuditStores
internal import AuditRecords

/// One read of a day that is several partitions: of all systems, each of which has one of its own, or several where its day is spread.
/// Some records of each are read, many partitions at once, and taken in the order of answers; and more of those that have none left.
///
/// What is held never takes more bytes than the read's budget, however many partitions there are: of a record that has to wait
/// for others only its key is kept, and it is read again.
struct DayRun {
    /// Reads several partitions at once.
    typealias Ask = ([ShardRead]) -> [Result<PartitionRun, StoreError>]

    private let read: PartitionRead
    private let ask: Ask
    private var parts: [DayPart]
    /// Whether a system's day is several of them.
    private let isSpread: Bool
    private var records: [AuditRecord] = []
    /// What the records take that are to be returned.
    private var bytes = 0
    private var usage = StoreUsage.none
    private var leftOutBehind = 0

    /// A read of a day, from the partitions of these systems, each named once.
    init(
        _ read: PartitionRead, of day: Day, systems: [Identifier], plan: ShardPlan = ShardPlan(),
        ask: @escaping Ask
    ) {
        self.read = read
        self.ask = ask
        parts = systems.flatMap { system in
            plan.partitions(of: system, on: day).map {
                DayPart(partition: .systemDay(system, day), shard: $0, after: read.after)
            }
        }
        isSpread = parts.count > systems.count
    }

    /// Reads until there are enough records, the day ends, or the budget does.
    mutating func page() throws(StoreError) -> PartitionRun {
        while true {
            if parts.contains(where: \.isUnknown) {
                if isOver, let last = records.last { return run(resume: last.key) }
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
            } else if isOver {
                return run(resume: place)
            }
        }
    }

    /// Whether no more is to be read: time is up, or enough has been left out behind what is enough.
    private var isOver: Bool {
        read.budget.soft <= .now || leftOutBehind >= PartitionRead.mostBehind
    }

    /// Reads of each partition that may have records, and of which none is held, as many as a page may need of it.
    private mutating func fill() throws(StoreError) {
        let empty = parts.indices.filter { parts[$0].isUnknown }
        let share = share
        let free = max(0, read.budget.bytes - bytes - heldBytes)
        let runs = ask(empty.map { part(parts[$0], limit: share, bytes: free / empty.count) })
        for (index, run) in zip(empty, runs) { try note(run.get(), of: index) }
    }

    /// So many records of each partition are worth reading at once. Those of shards are as many of each but for chance, and three times
    /// its usual deviation are read besides: then a page takes one round trip as a rule.
    private var share: Int {
        let wanted = max(0, read.limit - records.count)
        let mean = wanted / max(1, parts.count { !$0.isAtEnd })
        guard isSpread else { return mean + 1 }
        return min(max(1, wanted), mean + Int(3 * Double(mean + 1).squareRoot()) + 1)
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
        leftOutBehind += run.leftOutBehind
        let isAdvance = run.resume != parts[index].after || !run.records.isEmpty
        guard isAdvance || run.resume == nil || run.withheld != nil else {
            throw StoreError(.unavailable, "DynamoDB does not advance in \(parts[index].partition)")
        }
        parts[index].note(run)
    }

    /// Takes the next record; what another partition of its day has under the same key is none besides it.
    private mutating func take(from index: Int) {
        guard let record = parts[index].popFirst() else { return }
        records.append(record)
        bytes += record.byteCount
        guard isSpread else { return }
        for other in parts.indices where other != index { parts[other].pass(record.key) }
    }

    private func run(resume: RecordKey?, withheld: WithheldRecord? = nil) -> PartitionRun {
        PartitionRun(
            records: records, resume: resume, withheld: withheld, usage: usage, leftOutBehind: leftOutBehind)
    }

    private func part(_ part: DayPart, limit: Int, bytes: Int) -> ShardRead {
        var budget = read.budget
        budget.bytes = bytes
        var own = PartitionRead(
            partition: part.partition, range: read.range, order: read.order, after: part.after,
            restriction: read.restriction, limit: limit, budget: budget)
        if case .systemDay = read.partition {
            own.equalities = read.equalities
            // What one of them has found is not what all have.
            own.enough = read.enough.flatMap { records.count >= $0 ? 0 : nil }
        }
        own.trace = read.trace
        return ShardRead(read: own, shard: part.shard)
    }

    /// Whether what is next of one part comes before what is next of another, where those that are at their end come last. Of two of
    /// one key the first part's does, which is a shard's before that of who knows none.
    private func comesBefore(_ left: DayPart, _ right: DayPart) -> Bool {
        guard let first = left.place else { return false }
        guard let second = right.place else { return true }
        // What is unknown behind a place comes behind what is known to be there.
        if first == second { return !left.isUnknown && right.isUnknown }
        return read.order.areInOrder(first, second)
    }

    private var heldBytes: Int { parts.reduce(0) { $0 + $1.heldBytes } }
}

/// A read of a partition, of a system's day of one of its shards, if it is spread.
struct ShardRead: Sendable {
    let read: PartitionRead
    let shard: Int?
}
