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
    /// What records must pass besides, as those see it who see all of them; nil for nothing.
    package let filter: RecordFilter?
    /// What a store tells how it counts; nil where nobody asks.
    package var trace: ReadTrace?

    /// Whether it cannot be told by indexes alone.
    package var looksIntoRows: Bool {
        filter != nil || keys.contains { if case .attribute = $0 { true } else { false } }
    }
}

extension IndexCount {
    /// How many records a system has on each day.
    package init(daysOf system: Identifier, in range: TimeRange, before: RecordKey?, budget: Budget) {
        self.init(
            restriction: Restriction(systemId: system, scope: .all), range: range, before: before,
            keys: [.time(.day)], budget: budget, filter: nil)
    }
}

/// What a store counted.
package struct IndexCounted: Sendable {
    /// How many there are, and in which groups.
    package let tally: Tally
    /// How many records were held against the filter; 0 without one.
    package let looked: Int
    /// Where to go on; nil when all is counted.
    package let resume: RecordKey?

    /// A count of its parts.
    package init(tally: Tally, looked: Int = 0, resume: RecordKey?) {
        (self.tally, self.looked, self.resume) = (tally, looked, resume)
    }
}

extension RecordStore {
    /// Nil: its records have to be read.
    package func count(_ count: IndexCount) throws(StoreError) -> IndexCounted? { nil }

    /// As many counts by day as it takes.
    package func days(of system: Identifier, in range: TimeRange) throws(StoreError) -> [Day: Int]? {
        var days: [Day: Int] = [:]
        var before: RecordKey?
        repeat {
            let count = IndexCount(daysOf: system, in: range, before: before, budget: .ofCommands)
            guard let counted = try self.count(count) else { return nil }
            for (group, count) in counted.tally.groups {
                guard case .time(let bucket) = group.values.first else { continue }
                days[bucket.start.day, default: 0] += count
            }
            before = counted.resume
        } while before != nil
        return days
    }
}

extension CountQuery {
    /// The same for a store that can tell it without making records; nil where those have to be looked at one by one: for a search,
    /// by their own ids, or where a filter or a group looks into attributes of which a key may not see all.
    func indexCount(scope: SystemScope, budget: Budget, seesAll: Bool) -> IndexCount? {
        let isByRecord = by.contains { key in
            switch key {
            case .time, .systemId, .userId, .resourceId: false
            case .attribute: !seesAll
            case .auditId: true
            }
        }
        guard !isByRecord, records.search == nil, records.filter == nil || seesAll,
            records.order == .descending
        else { return nil }
        let restriction = Restriction(
            userId: records.userId, systemId: records.systemId, resourceId: records.resourceId, scope: scope)
        return IndexCount(
            restriction: restriction, range: records.range, before: records.after, keys: by, budget: budget,
            filter: records.filter)
    }
}
