package import AuditRecords

/// What a store's index of words is asked.
package struct WordRead: Sendable {
    /// The words.
    package let search: RecordSearch
    /// The system that must have written a record; nil for any.
    package let systemId: Identifier?
    /// The time to read.
    package let range: TimeRange
    /// The order of the keys.
    package let order: SortOrder
    /// Only what comes after this place in that order.
    package let after: RecordKey
    /// Time allowed.
    package let budget: Budget
    /// What a store tells how it reads; nil where nobody asks.
    package var trace: ReadTrace?

    /// A read of its parts.
    package init(
        search: RecordSearch, systemId: Identifier?, range: TimeRange, order: SortOrder, after: RecordKey,
        budget: Budget
    ) {
        self.search = search
        self.systemId = systemId
        self.range = range
        self.order = order
        self.after = after
        self.budget = budget
    }
}
