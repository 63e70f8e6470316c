/// What a store has under keys that were asked for.
public struct FetchedRecords: Sendable {
    /// The records in the order of the keys, nil where there is none.
    public let records: [AuditRecord?]
    /// What it took.
    public let usage: StoreUsage

    /// Records and what they took.
    public init(records: [AuditRecord?], usage: StoreUsage = .none) {
        self.records = records
        self.usage = usage
    }
}
