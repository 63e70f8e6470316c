package import AuditRecords

/// A question about records that has passed validation.
package struct RecordQuery: Hashable, Sendable {
    /// Who did it, if asked.
    package var userId: Identifier?
    /// Which system wrote it, if asked.
    package var systemId: Identifier?
    /// What it was done to, if asked.
    package var resourceId: Identifier?
    /// What it must say besides, if asked.
    package var filter: RecordFilter?
    /// Which words must stand in it, if asked.
    package var search: RecordSearch?
    /// The dates as the client stated them, `end` made exclusive; nil where none was stated.
    package var stated: TimeRange
    /// What is searched: the stated dates, and for a system alone the bounds that it needs.
    package var range: TimeRange
    /// The order of the answer.
    package var order: SortOrder
    /// The most records on a page: 1 to 1000, and to 10,000 where they are lines.
    package var limit: Int
    /// What the rows of an answer in CSV have; nil for what is usual. Other forms pass it on to the next page.
    package var columns: [RecordColumn]?
    /// Where the page before ended; nil for the first page.
    package var after: RecordKey?

    /// A question of its parts.
    package init(
        userId: Identifier? = nil, systemId: Identifier? = nil, resourceId: Identifier? = nil,
        filter: RecordFilter? = nil, search: RecordSearch? = nil,
        stated: TimeRange = TimeRange(start: nil, end: nil),
        range: TimeRange = TimeRange(start: nil, end: nil),
        order: SortOrder = .descending, limit: Int = RecordQuery.defaultLimit,
        columns: [RecordColumn]? = nil, after: RecordKey? = nil
    ) {
        self.userId = userId
        self.systemId = systemId
        self.resourceId = resourceId
        self.filter = filter
        self.search = search
        self.stated = stated
        self.range = range
        self.order = order
        self.limit = limit
        self.columns = columns
        self.after = after
    }

    /// Records on a page when the client does not say.
    package static let defaultLimit = 100
    /// The most records on a page.
    package static let limits = 1...1000
    /// Records on a page of lines when the client does not say.
    package static let defaultLineLimit = 1000
    /// The most records on a page of lines.
    package static let lineLimits = 1...10_000
}
