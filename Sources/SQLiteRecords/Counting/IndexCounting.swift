internal import AuditRecords
internal import AuditStores
internal import GRDB

/// Counts records slice of time by slice of time, from the newest on: a part of the count ends between two of them.
struct IndexCounting {
    private let count: IndexCount
    private let bounds: CountBounds
    private var sources: [CountSource]
    /// The shortest unit of time that makes groups.
    private let unit: TimeUnit?
    private let counts: PreparedStatement
    private let lasts: PreparedStatement
    private let asksForUser: Bool
    private var tally: Tally
    private var searches = 0

    /// A slice has so many days at first, and at most; and it grows so fast while there is time.
    private static let (firstDays, mostDays, growth) = (1, 4096, 8)

    init(
        _ count: IndexCount, _ index: CountIndex, _ sources: [CountSource], _ bounds: CountBounds,
        in database: Database
    ) throws {
        (self.count, self.sources, self.bounds) = (count, sources, bounds)
        unit = count.keys.compactMap(\.unit).max()
        counts = try PreparedStatement(index.countOfRecords, in: database)
        lasts = try PreparedStatement(index.lastOfRecords, in: database)
        asksForUser = index.kind == .resource
        tally = Tally(by: count.keys)
    }

    /// Counts until all is counted, or time is over; nil where an instant in the file is none.
    mutating func run() throws -> IndexCounted? {
        for place in sources.indices { try findLast(of: place, before: bounds.upper) }
        var (upper, days) = (bounds.upper, Self.firstDays)
        while let last = sources.compactMap(\.last).max() {
            guard let instant = last.timestamp else { return nil }
            let begun = ContinuousClock.now
            let start = instant.day.start.advanced(bySeconds: -86_400 * Int64(days - 1))
            let lower = max(StoredInstant(max(start, .startOfTime)), bounds.lower)
            for place in sources.indices where sources[place].last.map({ lower <= $0 }) ?? false {
                guard try countSlice(of: place, from: lower, before: upper) else { return nil }
            }
            guard bounds.lower < lower else { break }
            let now = ContinuousClock.now
            if count.budget.soft <= now {
                return IndexCounted(tally: tally, resume: lower.timestamp.map(RecordKey.boundary))
            }
            if (now - begun) * (2 * Self.growth) < count.budget.soft - now {
                days = min(days * Self.growth, Self.mostDays)
            }
            upper = lower
        }
        return IndexCounted(tally: tally, resume: nil)
    }

    /// Lets go of what the statements run.
    func end() {
        counts.reset()
        lasts.reset()
    }

    /// Counts what a source has between two instants, and finds what it has before them. False for an instant that is none.
    private mutating func countSlice(
        of place: Int, from lower: StoredInstant, before upper: StoredInstant
    ) throws -> Bool {
        var upper = upper
        while let last = sources[place].last, lower <= last {
            guard let instant = last.timestamp else { return false }
            let bucket = unit.map { TimeBucket($0, of: instant) }
            let start = bucket.map { max(StoredInstant($0.start), lower) } ?? lower
            let found = try number(of: sources[place], from: start, before: upper)
            if found > 0 { try add(found, sources[place], bucket) }
            upper = start
            try findLast(of: place, before: upper)
        }
        return true
    }

    private mutating func add(_ found: Int, _ source: CountSource, _ bucket: TimeBucket?) throws {
        guard !count.keys.isEmpty else { return tally.add([], count: found) }
        let values = count.keys.map { key -> GroupValue in
            switch key {
            case .time(let unit): bucket.map { .time(TimeBucket(unit, of: $0.start)) } ?? .none
            case .systemId: .text(source.system)
            case .userId: Self.text(count.restriction.userId ?? source.name)
            case .resourceId: Self.text(count.restriction.resourceId ?? source.name)
            case .auditId, .attribute: .none
            }
        }
        tally.add([Group(values)], count: found)
        guard tally.groups.count <= Tally.mostGroups else { throw StoreError.tooManyGroups }
    }

    private static func text(_ name: Identifier?) -> GroupValue { name.map { .text($0) } ?? .none }

    private mutating func number(
        of source: CountSource, from lower: StoredInstant, before upper: StoredInstant
    ) throws -> Int {
        try search(counts, source, lower, upper) ? Int(counts.integer(0)) : 0
    }

    private mutating func findLast(of place: Int, before upper: StoredInstant) throws {
        guard bounds.lower < upper, try search(lasts, sources[place], bounds.lower, upper) else {
            sources[place].last = nil
            return
        }
        sources[place].last = StoredInstant(milliseconds: lasts.integer(0), nanoseconds: lasts.integer(1))
    }

    /// Runs a statement to its first row.
    private mutating func search(
        _ statement: PreparedStatement, _ source: CountSource, _ lower: StoredInstant, _ upper: StoredInstant
    ) throws -> Bool {
        searches += 1
        if searches.isMultiple(of: 64) { try count.budget.checkDeadline() }
        statement.reset()
        try statement.bind(source.number, at: 1)
        try statement.bind(lower, upper)
        if asksForUser { try statement.bindOrNull(source.user, at: 6) }
        return try statement.step()
    }
}
