package import AuditRecords

/// A run of records that an index keeps together, in order.
package enum Partition: Hashable, Sendable {
    /// One system's records of one UTC day: a partition of the table itself.
    case systemDay(Identifier, Day)
    /// The records of all systems of one UTC day: many partitions of the table, which a store merges.
    case day(Day)
    /// One user's records.
    case user(Identifier)
    /// One resource's records.
    case resource(Identifier)
}

/// What a store is asked to read: a run of one partition, in order, from a position, within a budget.
package struct PartitionRead: Sendable {
    /// The partition.
    package let partition: Partition
    /// The time to read.
    package var range: TimeRange
    /// The order to read in.
    package let order: SortOrder
    /// Read what comes after this place in that order; nil for the beginning.
    package let after: RecordKey?
    /// What a record must be besides. A store may use it to read less, and its reader checks again.
    package let restriction: Restriction
    /// The most records to return, at least 1.
    package let limit: Int
    /// Time and bytes allowed.
    package let budget: Budget
    /// What every record has that is wanted, as far as the asking key may see it. A store that has an index of it may use that
    /// to read less; its reader checks again.
    package var equalities: [RequiredEquality] = []
    /// What leaves out records that are not wanted. A store need not hold records against it; its reader checks again.
    package var sieve: RecordSieve?
    /// So many records of those that are wanted, when found, make looking for another one a courtesy: behind them a store may end after
    /// it has left out ``mostBehind`` for the equalities' sake. Nil where all are wanted alike.
    package var enough: Int?
    /// What a store tells how it reads; nil where nobody asks.
    package var trace: ReadTrace?

    /// So many records are looked at for one more than a page shows.
    package static let mostBehind = 1000

    /// A read of its parts.
    package init(
        partition: Partition, range: TimeRange, order: SortOrder, after: RecordKey?, restriction: Restriction,
        limit: Int,
        budget: Budget
    ) {
        self.partition = partition
        self.range = range
        self.order = order
        self.after = after
        self.restriction = restriction
        self.limit = limit
        self.budget = budget
    }
}

/// What a store read.
package struct PartitionRun: Sendable {
    /// Records in order. Fewer than asked, or none, does not mean that there are no more.
    package let records: [AuditRecord]
    /// Where to go on: the last place looked at, whether or not its record matched. Nil when the run is read
    /// to its end.
    package let resume: RecordKey?
    /// The next record that matches, when the read ended before it because it did not fit into the budget's bytes; nil
    /// otherwise. It comes after ``resume``, or after the read's own place when that is nil.
    package let withheld: WithheldRecord?
    /// What it took.
    package var usage: StoreUsage
    /// How many records a sieve left out.
    package let leftOut: Int
    /// How many records the store has left out for the equalities' sake since it had found enough.
    package let leftOutBehind: Int

    /// A page of its parts.
    package init(
        records: [AuditRecord], resume: RecordKey?, withheld: WithheldRecord? = nil,
        usage: StoreUsage = .none, leftOut: Int = 0, leftOutBehind: Int = 0
    ) {
        self.records = records
        self.resume = resume
        self.withheld = withheld
        self.usage = usage
        self.leftOut = leftOut
        self.leftOutBehind = leftOutBehind
    }
}

/// A record that there was no room for.
package struct WithheldRecord: Hashable, Sendable {
    /// Its key.
    package let key: RecordKey
    /// The bytes that it takes.
    package let byteCount: Int

    /// What is known of a record that was looked at.
    package init(_ record: AuditRecord) {
        key = record.key
        byteCount = record.byteCount
    }
}
