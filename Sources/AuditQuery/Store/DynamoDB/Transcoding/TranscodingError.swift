/// Where and why an answer of DynamoDB cannot be read, or a record cannot be written for it. Holds nothing of
/// what the bytes say but the key of an item that is none of this table's.
package struct TranscodingError: Error, Equatable, CustomStringConvertible {
    /// Bytes before the fault.
    package let offset: Int
    /// What is wrong.
    package let detail: String
    /// The key of the item that is wrong, as DynamoDB's API takes it; nil where no item is.
    package private(set) var itemKey: String?

    init(offset: Int, detail: String) {
        self.offset = offset
        self.detail = detail
    }

    /// This error of an item with its key.
    func ofItem(_ key: String) -> TranscodingError {
        var error = self
        error.itemKey = key
        return error
    }

    /// What is wrong, and where: bytes are counted from 1.
    package var description: String {
        guard let itemKey else { return "\(detail), at byte \(offset + 1)" }
        return "the item \(itemKey) is none of this table's form: \(detail). "
            + "`audit-query table verify --records` finds all such items, and docs/operations.md says how to mend them"
    }
}
