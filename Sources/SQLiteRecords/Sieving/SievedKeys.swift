internal import AuditRecords
internal import AuditStores
internal import GRDB

/// Reads of an index the keys that a sieve lets through, slice by slice.
struct SievedKeys {
    /// What was read at once.
    struct Slice {
        /// What was let through, in the order of the read.
        let keys: [FoundKey]
        /// How far it was looked at; nil where that is all.
        let end: RecordKey?
    }

    /// The fewest and the most records of a slice. All runs together hold no more keys than a few times the latter.
    private static let (fewest, most) = (8, 4096)

    private let sieve: RowSieve
    private let order: SortOrder
    private let ends: (exact: PreparedStatement, whole: PreparedStatement)
    private let keys: (exact: PreparedStatement, whole: PreparedStatement)
    private let mostOfSlice: Int

    /// For a read that goes over so many runs.
    init(_ read: PartitionRead, _ sieve: RowSieve, runCount: Int, in database: Database) throws {
        let sql = SievedKeySQL(read.partition, read.order, sieve)
        self.sieve = sieve
        order = read.order
        ends = (
            try PreparedStatement(sql.end(whole: false), in: database),
            try PreparedStatement(sql.end(whole: true), in: database)
        )
        keys = (
            try PreparedStatement(sql.keys(whole: false), in: database),
            try PreparedStatement(sql.keys(whole: true), in: database)
        )
        mostOfSlice = min(Self.most, max(8 * Self.fewest, 4 * Self.most / max(1, runCount)))
    }

    /// How many records a slice has that comes first, where so many are wanted.
    func firstCount(wanted: Int) -> Int { min(max(wanted, Self.fewest), mostOfSlice) }

    /// How many the next one has: as many as a quarter of what is wanted is let through of. More would be looked at in vain where
    /// the read ends.
    func nextCount(_ count: Int, after slice: Slice, wanted: Int) -> Int {
        let likely = count * max(1, wanted / 4) / max(1, slice.keys.count)
        return max(Self.fewest, min(likely, 4 * count, mostOfSlice))
    }

    /// The next records of a system between bounds, so many or a few less.
    func slice(
        of system: StoredSystem, _ owner: Int64, _ bounds: StoredBounds, count: Int
    ) throws -> Slice {
        var lower = EntryPlace(bounds.first(of: system.name), else: .min, system.form)
        var upper = EntryPlace(bounds.end(of: system.name), else: .max, system.form)
        let end = try end(of: system, owner, lower, upper, count)
        if let end { if order == .ascending { upper = end.place } else { lower = end.place } }
        return Slice(keys: try keys(of: system, owner, lower, upper), end: end?.key)
    }

    /// Where a slice ends, and the key up to which all is looked at then: between two milliseconds, if that is behind its
    /// beginning, and else with the record's own key. Nil for all that is left.
    private func end(
        of system: StoredSystem, _ owner: Int64, _ lower: EntryPlace, _ upper: EntryPlace, _ count: Int
    ) throws -> (place: EntryPlace, key: RecordKey)? {
        let statement = lower.isWhole && upper.isWhole ? ends.whole : ends.exact
        defer { statement.reset() }
        try statement.bind(owner, lower, upper)
        try statement.bind(Int64(count - 1), at: 8)
        guard try statement.step() else { return nil }
        let milliseconds = statement.integer(0)
        let whole = EntryPlace(milliseconds: order == .ascending ? milliseconds : milliseconds + 1)
        if order == .ascending ? lower < whole : whole < upper, let instant = whole.instant.timestamp {
            return (whole, .boundary(at: instant))
        }
        let key = try statement.key(of: system, at: 0)
        let place = EntryPlace(
            StoredInstant(key.instant),
            StoredAuditId(form: system.form, bytes: statement.bytes(2)))
        return (order == .ascending ? place.successor : place, key)
    }

    private func keys(
        of system: StoredSystem, _ owner: Int64, _ lower: EntryPlace, _ upper: EntryPlace
    ) throws -> [FoundKey] {
        let statement = lower.isWhole && upper.isWhole ? keys.whole : keys.exact
        return try sieve.withPlace(8, of: statement) {
            try statement.bind(owner, lower, upper)
            var found: [FoundKey] = []
            while try statement.step() {
                let key = try statement.key(of: system, at: 1)
                found.append(
                    FoundKey(
                        key: key, row: EntryRow(number: statement.integer(0), owner: owner),
                        matches: true))
            }
            return order == .ascending ? found : found.reversed()
        }
    }
}
