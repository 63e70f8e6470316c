package import AuditRecords

/// A run of records as a store puts it together, until there is enough of it.
package struct GrowingRun {
    /// After so many records that were looked at the clock is.
    private static let recordsOfLook = 64

    private let read: PartitionRead
    /// What it has.
    package private(set) var records: [AuditRecord] = []
    private var withheld: WithheldRecord?
    private var byteCount = 0
    /// The last place that was looked at, unless it is the last record's: to hold each key takes as long as to compare it.
    private var place: RecordKey?
    private var examined = 0
    private var nextLook = Self.recordsOfLook
    private var leftOut = 0

    /// A run of nothing yet, for a read.
    package init(_ read: PartitionRead) {
        self.read = read
        place = read.after
    }

    /// Takes the record of the next place, if there is one that matches, and says whether the run ends there. In all so many
    /// records were left out by a sieve.
    ///
    /// - Throws: when nobody waits for it any more.
    package mutating func ends(
        with record: AuditRecord?, at key: RecordKey, leftOut: Int = 0
    ) throws(StoreError) -> Bool {
        self.leftOut = leftOut
        examined += 1
        if let record {
            byteCount += record.byteCount
            guard byteCount <= read.budget.bytes else {
                withheld = WithheldRecord(record)
                return true
            }
            records.append(record)
        }
        place = record == nil ? key : nil
        guard records.count < read.limit else { return true }
        guard examined + leftOut >= nextLook else { return false }
        nextLook = examined + leftOut + Self.recordsOfLook
        return try read.budget.isSpent()
    }

    /// How many places were looked at.
    package var looked: Int { examined + leftOut }

    /// The run that ends here.
    package var stopped: PartitionRun {
        PartitionRun(
            records: records, resume: place ?? records.last?.key, withheld: withheld, leftOut: leftOut)
    }

    /// The run that is read to its end, after which a sieve has left out so many.
    package func whole(leftOut: Int = 0) -> PartitionRun {
        PartitionRun(records: records, resume: nil, leftOut: leftOut)
    }
}

extension Budget {
    /// Throws when nobody waits for the answer any more.
    package func checkDeadline() throws(StoreError) {
        guard ContinuousClock.now < deadline else {
            throw StoreError(.deadline, "the request's deadline passed during a read")
        }
    }

    /// Whether to end the page here.
    ///
    /// - Throws: when nobody waits for it any more.
    package func isSpent() throws(StoreError) -> Bool {
        try checkDeadline()
        return soft <= .now
    }
}
