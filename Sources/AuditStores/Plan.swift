package import AuditRecords

/// Which parts of which index answer a query, in the order in which to read them. Made without I/O.
package struct Plan: Hashable, Sendable {
    /// One part: a partition of an index and the time to read in it.
    package struct Step: Hashable, Sendable {
        /// The partition.
        package let partition: Partition
        /// The time to read.
        package let range: TimeRange
    }

    /// The parts, the first to read first.
    package let steps: [Step]
    /// What a record must be besides.
    package let restriction: Restriction
    /// The order within each part, and of the parts.
    package let order: SortOrder

    /// Plans a query for a key that may see `scope`.
    ///
    /// A resource is read from its index even when a user is named too, and a user's even when a system is: a
    /// resource has fewer records than a user as a rule, and a user fewer than a system. What the index does
    /// not say is left to the restriction. A system alone is read day by day, since the table keeps a partition
    /// for each, and so are all systems where a query names nothing.
    ///
    /// - Precondition: a query that names neither a user nor a resource has a bounded range, as validation sees to.
    package init(_ query: RecordQuery, scope: SystemScope) {
        var restriction = Restriction(
            userId: query.userId, systemId: query.systemId, resourceId: query.resourceId, scope: scope)
        order = query.order
        if let resource = query.resourceId {
            restriction.resourceId = nil
            steps = [Step(partition: .resource(resource), range: query.range)]
        } else if let user = query.userId {
            restriction.userId = nil
            steps = [Step(partition: .user(user), range: query.range)]
        } else if let system = query.systemId {
            restriction.systemId = nil
            steps = Self.days(of: query.range, order: query.order).map { day in
                Step(
                    partition: .systemDay(system, day), range: query.range.intersection(day.range))
            }
        } else {
            steps = Self.days(of: query.range, order: query.order).map { day in
                Step(partition: .day(day), range: query.range.intersection(day.range))
            }
        }
        self.restriction = restriction
    }

    /// The days that a bounded range touches, in reading order.
    private static func days(of range: TimeRange, order: SortOrder) -> [Day] {
        let end = range.end ?? .endOfTime
        guard let start = range.start, start < end else { return [] }
        // The range ends before `end`: midnight itself belongs to the day before.
        let last = end == end.day.start ? end.day.daysSince1970 - 1 : end.day.daysSince1970
        let days = (start.day.daysSince1970...last).map { Day(daysSince1970: $0) }
        return order == .ascending ? days : days.reversed()
    }
}
