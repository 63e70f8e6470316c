internal import AuditStores
internal import AuditRecords

/// A place in the order of a partition: by sort_key, then by system, as bytes. It is the order of ``RecordKey``.
struct StoredPlace: Hashable, Comparable {
    let sortKey: [UInt8]
    let systemId: [UInt8]

    static func < (left: StoredPlace, right: StoredPlace) -> Bool {
        left.sortKey == right.sortKey
            ? left.systemId.lexicographicallyPrecedes(right.systemId)
            : left.sortKey.lexicographicallyPrecedes(right.sortKey)
    }
}

extension StoredPlace {
    init(_ key: RecordKey) {
        self.init(sortKey: key.sortKey, systemId: key.systemId.bytes)
    }

    /// The place before all records from an instant on. Their sort_keys are longer.
    init(before instant: Timestamp) {
        self.init(sortKey: instant.text(fractionDigits: 9), systemId: [])
    }
}

/// The places between which a read looks, neither of them among them; nil where nothing bounds it.
struct StoredBounds {
    var lower: StoredPlace?
    var upper: StoredPlace?

    /// The tighter of the range and of where to go on.
    init(_ read: PartitionRead) {
        let range = read.partition.dayRange.map { read.range.intersection($0) } ?? read.range
        lower = range.start.map(StoredPlace.init(before:))
        upper = range.end.map(StoredPlace.init(before:))
        guard let after = read.after.map(StoredPlace.init) else { return }
        switch read.order {
        case .ascending: lower = max(lower ?? after, after)
        case .descending: upper = min(upper ?? after, after)
        }
    }

    /// The first sort_key of a system that is within.
    func first(of system: [UInt8]) -> [UInt8] {
        guard let lower else { return [] }
        return lower.systemId.lexicographicallyPrecedes(system)
            ? lower.sortKey : Self.successor(of: lower.sortKey)
    }

    /// The first sort_key of a system that is within no more; nil when all are.
    func end(of system: [UInt8]) -> [UInt8]? {
        guard let upper else { return nil }
        return system.lexicographicallyPrecedes(upper.systemId)
            ? Self.successor(of: upper.sortKey) : upper.sortKey
    }

    /// The least text after a text.
    private static func successor(of text: [UInt8]) -> [UInt8] { text + [0] }
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
