/// The most that a load hands to a store at once: one transaction, where a store has them.
package struct BatchLimit: Sendable {
    /// Records.
    package let records: Int
    /// Bytes of their texts; one record more may be over it.
    package let bytes: Int

    /// So many records of so many bytes.
    package init(records: Int, bytes: Int) {
        self.records = records
        self.bytes = bytes
    }
}
