/// What a store is asked to read: a run of one partition, in order, from a position, within a budget.
public struct RangeRead: Sendable {
    /// The partition.
    public let partition: Partition
    /// The time to read.
    public let range: TimeRange
    /// The order to read in.
    public let order: SortOrder
    /// Read what comes after this place in that order; nil for the beginning.
    public let after: RecordKey?
    /// What a record must be besides. A store may use it to read less, and its reader checks again.
    public let filter: Filter
    /// The most records to return, at least 1.
    public let limit: Int
    /// Time allowed.
    public let budget: Budget

    /// A read of its parts.
    public init(
        partition: Partition, range: TimeRange, order: SortOrder, after: RecordKey?, filter: Filter, limit: Int,
        budget: Budget
    ) {
        self.partition = partition
        self.range = range
        self.order = order
        self.after = after
        self.filter = filter
        self.limit = limit
        self.budget = budget
    }
}

/// The time that a page may take.
public struct Budget: Sendable {
    /// From here on a store ends a page early, with what it has, and says where it stopped.
    public let soft: ContinuousClock.Instant
    /// From here on nobody waits for the answer any more: a store gives up with ``StoreError/Code/deadline``.
    public let deadline: ContinuousClock.Instant

    /// A budget of its two ends.
    public init(soft: ContinuousClock.Instant, deadline: ContinuousClock.Instant) {
        self.soft = soft
        self.deadline = deadline
    }
}

/// What a store read.
public struct RangePage: Sendable {
    /// Records in order. Fewer than asked, or none, does not mean that there are no more.
    public let records: [AuditRecord]
    /// Where to go on: the last place looked at, whether or not its record matched. Nil when the run is read to its end.
    public let resume: RecordKey?

    /// A page of its parts.
    public init(records: [AuditRecord], resume: RecordKey?) {
        self.records = records
        self.resume = resume
    }
}
