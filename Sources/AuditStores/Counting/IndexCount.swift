package import AuditRecords

/// What a store is asked to count without making records: from the newest to the oldest.
package struct IndexCount: Sendable {
    /// Which records are counted.
    package let restriction: Restriction
    /// The time that is counted.
    package let range: TimeRange
    /// Count what comes before this place; nil for the newest on.
    package let before: RecordKey?
    /// What groups are made by: time, systems, users, resources, and attributes, all of which the asking key may see.
    package let keys: [GroupKey]
    /// The time allowed.
    package let budget: Budget
    /// What a store tells how it counts; nil where nobody asks.
    package var trace: ReadTrace?

    /// Whether it cannot be told by indexes alone.
    package var looksIntoAttributes: Bool {
        keys.contains { if case .attribute = $0 { true } else { false } }
    }
}

extension IndexCount {
    /// How many records a system has on each day.
    package init(daysOf system: Identifier, in range: TimeRange, before: RecordKey?, budget: Budget) {
        self.init(
            restriction: Restriction(systemId: system, scope: .all), range: range, before: before,
            keys: [.time(.day)], budget: budget)
    }
}

/// What a store counted.
package struct IndexCounted: Sendable {
    /// How many there are, and in which groups.
    package let tally: Tally
    /// Where to go on; nil when all is counted.
    package let resume: RecordKey?

    /// A count of its parts.
    package init(tally: Tally, resume: RecordKey?) {
        (self.tally, self.resume) = (tally, resume)
    }
}

extension RecordStore {
    /// Nil: its records have to be read.
    package func count(_ count: IndexCount) throws(StoreError) -> IndexCounted? { nil }
}

extension CountQuery {
    /// The same for a store that can tell it without making records; nil where those have to be looked at one by one: for a filter
    /// or a search, by their own ids, or by attributes of which a key may not see all.
    func indexCount(scope: SystemScope, budget: Budget, seesAll: Bool) -> IndexCount? {
        let isByRecord = by.contains { key in
            switch key {
            case .time, .systemId, .userId, .resourceId: false
            case .attribute: !seesAll
            case .auditId: true
            }
        }
        guard !isByRecord, records.condition == nil, records.order == .descending else { return nil }
        let restriction = Restriction(
            userId: records.userId, systemId: records.systemId, resourceId: records.resourceId, scope: scope)
        return IndexCount(
            restriction: restriction, range: records.range, before: records.after, keys: by, budget: budget)
    }
}
