internal import AuditStores
internal import AuditRecords

/// A place among the records of one system: by instant, then by the bytes of auditId.
struct StoredPlace: Equatable {
    let instant: Timestamp
    let auditId: [UInt8]

    /// The least place after this one.
    var successor: StoredPlace { StoredPlace(instant: instant, auditId: auditId + [0]) }
}

extension StoredPlace {
    init(_ key: RecordKey) {
        self.init(instant: key.instant, auditId: key.auditId.bytes)
    }
}

/// The places between which a read looks, neither of them among them; nil where nothing bounds it.
struct StoredBounds {
    var lower: RecordKey?
    var upper: RecordKey?

    /// The tighter of the range and of where to go on.
    init(_ read: PartitionRead) {
        let range = read.partition.dayRange.map { read.range.intersection($0) } ?? read.range
        lower = range.start.map(RecordKey.boundary)
        upper = range.end.map(RecordKey.boundary)
        guard let after = read.after else { return }
        switch read.order {
        case .ascending: lower = max(lower ?? after, after)
        case .descending: upper = min(upper ?? after, after)
        }
    }

    /// The first place of a system that is within; nil when nothing bounds it.
    func first(of system: Identifier) -> StoredPlace? {
        lower.map { $0.systemId < system ? StoredPlace($0) : StoredPlace($0).successor }
    }

    /// The first place of a system that is within no more; nil when all are.
    func end(of system: Identifier) -> StoredPlace? {
        upper.map { system < $0.systemId ? StoredPlace($0).successor : StoredPlace($0) }
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
