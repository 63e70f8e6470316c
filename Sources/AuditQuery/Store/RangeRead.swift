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
    /// Time and bytes allowed.
    public let budget: Budget

    /// A read of its parts.
    public init(
        partition: Partition, range: TimeRange, order: SortOrder, after: RecordKey?, filter: Filter,
        limit: Int,
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
