package import AuditRecords

/// A question of how many records there are that has passed validation.
package struct CountQuery: Hashable, Sendable {
    /// Which records are counted, in what order, and behind which place. Nobody asks for an order: it is the newest first, so
    /// that what arrives meanwhile lies behind and not ahead.
    package var records: RecordQuery
    /// What they are put into groups by: none to two keys, each once, in ``GroupKey/normalized(_:)`` order.
    package let by: [GroupKey]
    /// The most groups of a whole answer, 1 to 1000. A part has all of its groups.
    package let top: Int

    /// A question of its parts. Keys may come in any order. Without any, there is nothing to bound.
    package init(_ records: RecordQuery, by keys: [GroupKey] = [], top: Int = CountQuery.defaultTop) {
        self.records = records
        by = keys.count < 2 ? keys : GroupKey.normalized(keys)
        self.top = keys.isEmpty ? Self.defaultTop : top
    }

    /// Whether the answer is one of several parts, of which it is not the first.
    package var isContinued: Bool { records.after != nil }

    /// Groups of a whole answer when the client does not say.
    package static let defaultTop = 100
    /// The most groups of a whole answer.
    package static let tops = 1...1000
}
