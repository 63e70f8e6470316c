internal import AuditRecords
internal import AuditStores
internal import GRDB

/// Counts records by what stands in their rows, or those that pass a filter by it, slice of time by slice of time, from the newest on:
/// a part of the count ends between two of them.
///
/// How long a slice is follows from how many rows the one before had, which the key may see all.
struct RowCounting {
    /// The rows of a system: the number that they have in the index, and a user that they must be of besides.
    private struct Source {
        let system: StoredSystem
        let number: Int64
        let user: Int64?
        /// When the last of them was that has not been counted; nil where there is none.
        var last: StoredInstant?
    }

    private let count: IndexCount
    private let bounds: CountBounds
    private let sql: RowCountSQL
    /// The shortest unit of time that makes groups.
    private let unit: TimeUnit?
    private let statements: (exact: PreparedStatement, whole: PreparedStatement, last: PreparedStatement)
    private let rowTally: RowTally
    /// How many rows were held against the filter.
    private var looked = 0
    private var rows: StoredRows
    private var sources: [Source] = []
    private var tally: Tally

    /// A slice has so many milliseconds at first, and at most; and it grows so fast while it has few rows.
    private static let (first, most, growth) = (Int64(86_400_000), Int64(4096 * 86_400_000), Int64(4))
    /// After so many records that are made the clock is looked at.
    private static let recordsOfLook = 64

    /// With an exact sieve of the count's filter, if it has one.
    init(
        _ count: IndexCount, _ bounds: CountBounds, _ sieve: RecordSieve?, in database: Database,
        _ names: NameMemory
    ) throws {
        (self.count, self.bounds) = (count, bounds)
        rowTally = RowTally(
            count.keys, count.restriction, sieve.map { names.rowSieve($0) }, NameLookup(database, names))
        sql = RowCountSQL(count.restriction, rowTally)
        unit = count.keys.compactMap(\.unit).max()
        statements = (
            try PreparedStatement(sql.rows(whole: false), in: database),
            try PreparedStatement(sql.rows(whole: true), in: database),
            try PreparedStatement(sql.last, in: database)
        )
        rows = try StoredRows(version: SQLiteSchema.version, in: database, names, sql.kind)
        tally = Tally(by: count.keys)
        let numbers = NameNumbers(in: database)
        for system in try CountSources.systems(of: count, in: database) {
            if let source = try CountSources.source(of: system, count.restriction, numbers) {
                sources.append(Source(system: system, number: source.number, user: source.user))
            }
            try count.budget.checkDeadline()
        }
    }

    /// The index that leads to the rows.
    var index: String { sql.index }

    /// How many systems have records of those that are counted.
    var sourceCount: Int { sources.count }

    /// Counts until all is counted, or time is over; nil where that cannot be: one millisecond has too many records for a slice.
    mutating func run() throws -> IndexCounted? {
        for place in sources.indices { try findLast(of: place, before: bounds.upper) }
        var (upper, length) = (bounds.upper, Self.first)
        while let last = sources.compactMap(\.last).max() {
            guard let instant = last.timestamp else { return nil }
            let bucket = unit.map { TimeBucket($0, of: instant) }
            let start = StoredInstant(milliseconds: last.milliseconds - length + 1, nanoseconds: 0)
            let lower = max(start, bounds.lower, bucket.map { StoredInstant($0.start) } ?? start)
            try countSlice(from: lower, before: upper, bucket)
            guard try rowTally.isWhole() else {
                // What the part has up to here is whole.
                guard rowTally.isOver, length > 1 else { return stopped(at: upper) }
                length = max(1, length / 16)
                continue
            }
            try rowTally.add(to: &tally)
            if count.filter != nil { looked += rowTally.rows }
            guard bounds.lower < lower else { break }
            if count.budget.soft <= .now { return stopped(at: lower) }
            if rowTally.rows < RowTally.mostRows / 8 { length = min(length * Self.growth, Self.most) }
            upper = lower
            for place in sources.indices where sources[place].last.map({ upper <= $0 }) ?? false {
                try findLast(of: place, before: upper)
            }
        }
        return IndexCounted(tally: tally, looked: looked, resume: nil)
    }

    /// A part that ends before a place; nil where that is its beginning.
    private func stopped(at place: StoredInstant) -> IndexCounted? {
        guard place != bounds.upper, let instant = place.timestamp else { return nil }
        return IndexCounted(tally: tally, looked: looked, resume: .boundary(at: instant))
    }

    /// Lets go of what the statements run.
    func end() {
        statements.exact.reset()
        statements.whole.reset()
        statements.last.reset()
        rows.end()
        rowTally.end()
    }

    /// Counts what all sources have between two instants, all of one bucket of time.
    private mutating func countSlice(
        from lower: StoredInstant, before upper: StoredInstant, _ bucket: TimeBucket?
    ) throws {
        rowTally.begin()
        for place in sources.indices where sources[place].last.map({ lower <= $0 }) ?? false {
            try count.budget.checkDeadline()
            let (restriction, system) = (count.restriction, sources[place].system.name)
            rowTally.begin { key in
                switch key {
                case .time(let unit): bucket.map { .time(TimeBucket(unit, of: $0.start)) }
                case .systemId: .text(system)
                case .userId: restriction.userId.map { .text($0) }
                case .resourceId: restriction.resourceId.map { .text($0) }
                case .auditId, .attribute: nil
                }
            }
            try countRows(of: sources[place], from: lower, before: upper)
            if rowTally.isOver { return }
        }
    }

    private mutating func countRows(
        of source: Source, from lower: StoredInstant, before upper: StoredInstant
    ) throws {
        let isWhole = lower.nanoseconds == 0 && upper.nanoseconds == 0
        let statement = isWhole ? statements.whole : statements.exact
        try rowTally.withPlace(7, of: statement) {
            try statement.bind(source.number, at: 1)
            try statement.bind(lower, upper)
            if sql.asksForUser { try statement.bindOrNull(source.user, at: 6) }
            var looked = 0
            while try statement.step(), !rowTally.isOver {
                let key = try statement.key(of: source.system, at: 1)
                let row = EntryRow(number: statement.integer(0), owner: source.number)
                let record = try rows.record(key, row)
                if try passes(record) { try rowTally.take(try values(of: record)) }
                looked += 1
                if looked.isMultiple(of: Self.recordsOfLook) { try count.budget.checkDeadline() }
            }
        }
    }

    private func passes(_ record: AuditRecord) throws(StoreError) -> Bool {
        do {
            return try count.filter?.matches(record, attributes: record.attributes) ?? true
        } catch {
            throw StoreError(unreadable: record, to: "held against a filter or a search", error)
        }
    }

    private func values(of record: AuditRecord) throws -> [[GroupValue]] {
        try count.keys.map { key in
            do {
                return try record.values(of: key, attributes: record.attributes)
            } catch {
                throw StoreError(unreadable: record, to: "put into groups", error)
            }
        }
    }

    private mutating func findLast(of place: Int, before upper: StoredInstant) throws {
        sources[place].last = nil
        guard bounds.lower < upper else { return }
        let statement = statements.last
        statement.reset()
        try statement.bind(sources[place].number, at: 1)
        try statement.bind(bounds.lower, upper)
        if sql.asksForUser { try statement.bindOrNull(sources[place].user, at: 6) }
        guard try statement.step() else { return }
        sources[place].last = StoredInstant(
            milliseconds: statement.integer(0), nanoseconds: statement.integer(1))
    }
}
