internal import AuditRecords

/// A key that an index has.
struct FoundKey {
    let place: StoredPlace
    /// The row of its record.
    let row: Int64
    /// Whether its record can be one that is looked for, as far as the index tells.
    let matches: Bool
}

/// The keys of one system in a partition, or in a file of version 1 those of all systems: in order, read some at a
/// time.
struct KeyRun {
    /// Keys that are read at once at most, of which a page may not need all.
    static let most = 32

    /// The system; nil for all of them.
    let system: [UInt8]?
    private var bounds: StoredBounds
    private let order: SortOrder
    /// What has been read and not taken, the next one last.
    private var keys: [FoundKey] = []
    private var count: Int
    private var hasMore = true

    /// A run of keys between bounds, of which so many are read at first.
    init(system: [UInt8]?, bounds: StoredBounds, order: SortOrder, count: Int) {
        self.system = system
        self.bounds = bounds
        self.order = order
        self.count = min(count, Self.most)
    }

    /// The next key, if it has been read.
    var head: FoundKey? { keys.last }

    /// Takes the next key.
    mutating func popHead() -> FoundKey? { keys.popLast() }

    /// Reads keys, unless some are left, and says whether there are any.
    mutating func fill(from statement: PreparedStatement) throws -> Bool {
        guard keys.isEmpty, hasMore else { return !keys.isEmpty }
        try bind(to: statement)
        defer { statement.reset() }
        while keys.count < count, try statement.step() {
            let place = StoredPlace(sortKey: statement.bytes(2), systemId: system ?? statement.bytes(3))
            keys.append(FoundKey(place: place, row: statement.integer(0), matches: statement.integer(1) != 0))
        }
        hasMore = keys.count == count
        count = min(2 * count, Self.most)
        if let last = keys.last?.place {
            if order == .ascending { bounds.lower = last } else { bounds.upper = last }
        }
        keys.reverse()
        return !keys.isEmpty
    }

    private func bind(to statement: PreparedStatement) throws {
        if let system {
            try statement.bind(system, at: 2)
            try statement.bind(bounds.first(of: system), at: 3)
            try statement.bind(bounds.end(of: system), at: 4)
        } else {
            try statement.bind(bounds.lower?.sortKey ?? [], at: 3)
            try statement.bind(bounds.upper?.sortKey, at: 4)
            try statement.bind(bounds.lower?.systemId ?? [], at: 6)
            try statement.bind(bounds.upper?.systemId ?? [], at: 7)
        }
    }
}
