/// How a store looked for records: in which index, between which bounds. In words, for a person to read; ids and values stand in
/// them as they are.
package struct StoreAccess: Hashable, Sendable {
    /// Which index was asked, by the name that the store has for it.
    package let index: String
    /// What was read of it.
    package let bounds: String
    /// What the store itself held records against before it passed them on; nil for nothing.
    package let condition: String?

    /// An access of its parts.
    package init(index: String, bounds: String, condition: String? = nil) {
        self.index = index
        self.bounds = bounds
        self.condition = condition
    }
}

/// What it took to look so.
package struct AccessCost: Hashable, Sendable {
    /// Places of the index that are in order by themselves, and were merged: systems, as a rule.
    package var merged: Int
    /// Entries of the index, or items, that the store looked at.
    package var looked: Int
    /// Records that it passed on.
    package var passed: Int
    /// The bytes of those (``AuditRecord/byteCount``).
    package var bytes: Int

    /// A cost of its parts.
    package init(merged: Int = 1, looked: Int, passed: Int = 0, bytes: Int = 0) {
        self.merged = merged
        self.looked = looked
        self.passed = passed
        self.bytes = bytes
    }
}
