package import AuditRecords

/// The places between which a read looks, neither of them among them; nil where nothing bounds it.
package struct StoredBounds {
    /// Read what comes after it.
    package var lower: RecordKey?
    /// Read what comes before it.
    package var upper: RecordKey?

    /// Bounds of two places.
    package init(lower: RecordKey?, upper: RecordKey?) {
        (self.lower, self.upper) = (lower, upper)
    }

    /// The tighter of the range and of where to go on.
    package init(_ read: PartitionRead) {
        let range = read.partition.dayRange.map { read.range.intersection($0) } ?? read.range
        lower = range.start.map(RecordKey.boundary)
        upper = range.end.map(RecordKey.boundary)
        guard let after = read.after else { return }
        switch read.order {
        case .ascending: lower = max(lower ?? after, after)
        case .descending: upper = min(upper ?? after, after)
        }
    }
}

extension Partition {
    /// The day of a partition; nil for partitions that hold all of time.
    fileprivate var dayRange: TimeRange? {
        switch self {
        case .systemDay(_, let day), .day(let day): day.range
        case .user, .resource: nil
        }
    }
}
