/// What a store read.
public struct RangePage: Sendable {
    /// Records in order. Fewer than asked, or none, does not mean that there are no more.
    public let records: [AuditRecord]
    /// Where to go on: the last place looked at, whether or not its record matched. Nil when the run is read
    /// to its end.
    public let resume: RecordKey?
    /// What it took.
    public let usage: StoreUsage

    /// A page of its parts.
    public init(records: [AuditRecord], resume: RecordKey?, usage: StoreUsage = .none) {
        self.records = records
        self.resume = resume
        self.usage = usage
    }
}
