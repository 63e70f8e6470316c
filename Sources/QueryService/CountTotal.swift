package import AuditRecords
package import AuditStores

/// All of a count's answer, whoever put it together.
package struct CountTotal: Sendable {
    /// What the groups are by.
    package let keys: [GroupKey]
    /// The records.
    package let count: Int
    /// The groups that are listed, in their order.
    package let groups: [CountedGroup]
    /// Those that are not.
    package let other: OtherGroups
    /// What was searched.
    package let range: TimeRange
    /// The systems that may be seen, as patterns.
    package let systems: [String]

    /// What the parts of an answer add up to, of which the first `top` groups are listed.
    package init(_ tally: Tally, top: Int, range: TimeRange, systems: [String]) {
        let ordered = tally.ordered
        keys = tally.keys
        count = tally.count
        groups = Array(ordered.prefix(top))
        other = OtherGroups(of: ordered, behind: top)
        self.range = range
        self.systems = systems
    }

    /// An answer that came whole.
    ///
    /// - Throws: where its range is none.
    package init(_ answer: AnswerCounts, by keys: [GroupKey]) throws(AnswerPageError) {
        self.keys = keys
        count = answer.count
        groups = answer.groups
        other = answer.other ?? OtherGroups()
        range = try answer.range()
        systems = answer.systems
    }

    /// As the HTTP interface answers what it counts at once.
    package var json: [UInt8] {
        let policy = Policy(scope: SystemScope(patterns: systems))
        return AnswerWriter(policy: policy).counts(
            (count, groups[...], other), by: keys, stop: .end, nextCursor: nil, range: range)
    }
}
