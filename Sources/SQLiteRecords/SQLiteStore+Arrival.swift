package import AuditStores
package import AuditRecords
internal import GRDB

/// Records in the order in which they came into the store.
package struct ArrivalRun: Sendable {
    /// The records, the first to come first. Those of one write come in any order.
    package let records: [AuditRecord]
    /// Whoever has this run and those before it has seen all that came up to here: nothing will ever appear there again. A
    /// record that is replaced vanishes from its place, and comes anew.
    package let end: Int64
}

extension SQLiteStore {
    /// The last place in the order of arrival that was given; nil in a file that has no such order yet.
    package func lastArrival(deadline: ContinuousClock.Instant) throws(StoreError) -> Int64? {
        try database.read(deadline: deadline) { database, version in
            guard version == SQLiteSchema.version else { return nil }
            return try Int64.fetchOne(database, sql: "SELECT last FROM arrival") ?? 0
        }
    }

    /// What came after a place in the order of arrival: 0 for the beginning, or the end of the run before. At most `limit`
    /// records, and of more than one as many as fit into the budget's bytes. Costs some 4 µs a record.
    package func arrivals(
        after place: Int64, limit: Int, budget: Budget
    ) throws(StoreError) -> ArrivalRun {
        try database.read(deadline: budget.deadline) { database, version in
            guard version == SQLiteSchema.version else {
                throw StoreError(
                    .unavailable,
                    "the file is of schema version \(version), which has no order of arrival: the next load changes it"
                )
            }
            var rows = try ArrivedRows(after: place, in: database)
            defer { rows.end() }
            var records: [AuditRecord] = []
            var (bytes, end) = (0, place)
            while let (sequence, record) = try rows.next() {
                bytes += record.byteCount
                guard records.count < limit, records.isEmpty || bytes <= budget.bytes, budget.soft > .now
                else {
                    return ArrivalRun(records: records, end: end)
                }
                records.append(record)
                end = sequence
            }
            return ArrivalRun(records: records, end: max(place, try rows.last()))
        }
    }
}

/// Entries behind a place in the order of arrival.
struct ArrivedRows {
    private let database: Database
    private let statement: PreparedStatement
    private var names: NameLookup
    private var systems: [Int64: StoredSystem] = [:]

    /// Those behind a place.
    init(after place: Int64, in database: Database) throws {
        self.database = database
        names = NameLookup(database)
        statement = try PreparedStatement(SQLiteSchema.arrivals, in: database)
        try statement.bind(place, at: 1)
    }

    /// The next one and its number.
    mutating func next() throws -> (sequence: Int64, record: AuditRecord)? {
        guard try statement.step() else { return nil }
        let key = try statement.key(of: try system(statement.integer(4)), at: 5)
        return (statement.integer(3), try statement.record(key, isEarlier: false, &names))
    }

    /// The last number that was given.
    func last() throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT last FROM arrival") ?? 0
    }

    /// Ends the reading.
    func end() { statement.reset() }

    private mutating func system(_ number: Int64) throws -> StoredSystem {
        if let known = systems[number] { return known }
        let system = try SystemSearch.system(of: number, in: database)
        systems[number] = system
        return system
    }
}
