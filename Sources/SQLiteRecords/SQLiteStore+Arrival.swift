package import AuditStores
internal import AuditRecords
internal import GRDB

extension SQLiteStore: FollowedStore {
    /// The last number that was given.
    package func arrivalEnd(deadline: ContinuousClock.Instant) throws(StoreError) -> ArrivalPlace {
        try database.read(deadline: deadline) { database, version in
            try ArrivalOrder.check(version)
            return try ArrivalOrder.end(in: database)
        }
    }

    /// The last number that was given; nil in a file that has no order of arrival yet.
    package func lastArrival(deadline: ContinuousClock.Instant) throws(StoreError) -> ArrivalPlace? {
        try database.read(deadline: deadline) { database, version in
            version == SQLiteSchema.version ? try ArrivalOrder.end(in: database) : nil
        }
    }

    /// Records along the table. Costs some 4 µs a record, and 0.5 µs for each of a system that the restriction leaves out.
    package func arrivals(_ read: ArrivalRead) throws(StoreError) -> Arrivals {
        try database.read(deadline: read.budget.deadline) { database, version, names in
            try ArrivalOrder.check(version)
            let last = try ArrivalOrder.end(in: database)
            var run: GrowingArrivals
            do throws(PlaceLoss) {
                run = try GrowingArrivals(read, endingAt: last)
            } catch {
                return .lost(error)
            }
            var rows = try ArrivedRows(after: run.number, read.restriction, in: database, names)
            defer { rows.end() }
            while let (number, record) = try rows.next() {
                if try run.ends(with: record, at: number) { return .run(run.stopped) }
            }
            return .run(run.whole)
        }
    }
}

/// The order of arrival of a file: whose it is, and where it ends.
enum ArrivalOrder {
    private static let isThere = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'origin'"
    private static let make = """
        CREATE TABLE origin (id INTEGER NOT NULL) STRICT;
        INSERT INTO origin VALUES (random());
        """

    /// Draws whose order it is, if that has not been done. A file of before gets it from the first who writes.
    static func begin(_ database: Database) throws {
        guard try Int.fetchOne(database, sql: isThere) == 0 else { return }
        try database.execute(sql: make)
    }

    /// Throws where a file's version has no such order.
    static func check(_ version: Int) throws {
        guard version != SQLiteSchema.version else { return }
        throw StoreError(
            .unavailable,
            "the file is of schema version \(version), which has no order of arrival: the next load changes it"
        )
    }

    /// The last number that was given, or that somebody else has taken.
    static func end(in database: Database) throws -> ArrivalPlace {
        let number = try Int64.fetchOne(database, sql: SQLiteSchema.lastNumber) ?? 0
        guard try Int.fetchOne(database, sql: isThere) == 1 else {
            return ArrivalPlace(origin: 0, number: number)
        }
        let origin = try Int64.fetchOne(database, sql: "SELECT id FROM origin") ?? 0
        return ArrivalPlace(origin: UInt64(bitPattern: origin), number: number)
    }
}

/// Entries behind a number in the order of arrival.
struct ArrivedRows {
    private let database: Database
    private let statement: PreparedStatement
    private let restriction: Restriction
    private var names: NameLookup
    private var systems: [Int64: System] = [:]

    /// A system, and whether its records are wanted.
    private struct System {
        let stored: StoredSystem
        let isWanted: Bool
    }

    /// Those behind a number, of which records of some systems are wanted.
    init(
        after number: Int64, _ restriction: Restriction, in database: Database, _ memory: NameMemory
    ) throws {
        (self.database, self.restriction) = (database, restriction)
        names = NameLookup(database, memory)
        statement = try PreparedStatement(SQLiteSchema.arrivals, in: database)
        try statement.bind(number, at: 1)
    }

    /// The next number, and its record if its system is wanted.
    mutating func next() throws -> (number: Int64, record: AuditRecord?)? {
        guard try statement.step() else { return nil }
        let (number, system) = (statement.integer(3), try system(statement.integer(4)))
        guard system.isWanted else { return (number, nil) }
        let key = try statement.key(of: system.stored, at: 5)
        return (number, try statement.record(key, isEarlier: false, &names))
    }

    /// The number that came last, also where its record could not be told.
    var number: Int64 { statement.integer(3) }

    /// The number of its system.
    var system: Int64 { statement.integer(4) }

    /// Ends the reading.
    func end() { statement.reset() }

    private mutating func system(_ number: Int64) throws -> System {
        if let known = systems[number] { return known }
        let stored = try SystemSearch.system(of: number, in: database)
        let isNamed = restriction.systemId.map { $0 == stored.name } ?? true
        let system = System(stored: stored, isWanted: isNamed && restriction.scope.contains(stored.name))
        systems[number] = system
        return system
    }
}
