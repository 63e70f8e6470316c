/// The most that a load hands to a store at once: one transaction, where a store has them.
package struct BatchLimit: Sendable {
    /// Records.
    package let records: Int
    /// Bytes of their texts; one record more may be over it.
    package let bytes: Int
    /// Keys that are looked up at once.
    package let keys: Int

    /// So many records of so many bytes; keys as many as every store looks up at once, unless more are given.
    package init(records: Int, bytes: Int, keys: Int = 100) {
        self.records = records
        self.bytes = bytes
        self.keys = keys
    }
}
