/// The order of an answer.
package enum SortOrder: String, Hashable, Sendable, CaseIterable {
    /// Newest first.
    case descending = "desc"
    /// Oldest first.
    case ascending = "asc"

    /// Whether `left` comes before `right` in this order.
    package func areInOrder(_ left: RecordKey, _ right: RecordKey) -> Bool {
        self == .ascending ? left < right : right < left
    }
}
