/// What a store read.
public struct RangePage: Sendable {
    /// Records in order. Fewer than asked, or none, does not mean that there are no more.
    public let records: [AuditRecord]
    /// Where to go on: the last place looked at, whether or not its record matched. Nil when the run is read
    /// to its end.
    public let resume: RecordKey?
    /// The bytes of the next record that matches, when the read ended before it because it did not fit into the
    /// budget's bytes; nil otherwise. It comes after ``resume``, or after the read's own place when that is nil.
    public let withheld: Int?
    /// What it took.
    public let usage: StoreUsage

    /// A page of its parts.
    public init(
        records: [AuditRecord], resume: RecordKey?, withheld: Int? = nil, usage: StoreUsage = .none
    ) {
        self.records = records
        self.resume = resume
        self.withheld = withheld
        self.usage = usage
    }
}
