import GRDB
import GRDBSQLite
import Testing
@testable import AuditStores
@testable import AuditRecords
@testable import SQLiteRecords
@testable import StoreConformance

/// How SQLite means to answer: by a range of one index, never by looking at all rows or sorting them.
@Suite struct QueryPlanTests {
    private static let day = Day(daysSince1970: 19_782)
    private static let partitions: [(partition: Partition, index: String, owner: String)] = [
        (.systemDay("s", day), "system", ""), (.day(day), "system", ""), (.user("u"), "user", "user"),
        (.resource("r"), "resource", "resource"),
    ]

    @Test(arguments: SortOrder.allCases)
    func `keys are searched in an index that has all of them, in either order`(_ order: SortOrder) throws {
        let database = try DatabaseQueue()
        try database.write { try $0.execute(sql: SQLiteSchema.statements) }
        for (partition, index, _) in Self.partitions {
            let place = "(instant,nanoseconds,audit_id)"
            #expect(
                try Self.plan(of: KeySQL(partition, order).keys, in: database) == [
                    "SEARCH entries USING COVERING INDEX entries_by_\(index) "
                        + "(\(index)=? AND \(place)>(?,?,?) AND \(place)<(?,?,?))"
                ])
        }
    }

    @Test(arguments: SortOrder.allCases)
    func `keys of a value are searched in its index, which has all of them`(_ order: SortOrder) throws {
        let database = try indexed()
        let place = "(instant,nanoseconds,audit_id)"
        #expect(
            try Self.plan(of: KeySQL(attribute: 1, order).keys, in: database) == [
                "SEARCH attribute_1_keys USING PRIMARY KEY (value=? AND \(place)>(?,?,?) AND \(place)<(?,?,?))"
            ])
    }

    @Test(arguments: [
        (
            AttributeIndexSQL.numbersOfValue(1),
            "SEARCH attribute_1_values USING COVERING INDEX sqlite_autoindex_attribute_1_values_1 (system=? AND value=?)"
        ),
        (
            AttributeIndexSQL.numberOfValue(1),
            "SEARCH attribute_1_values USING COVERING INDEX sqlite_autoindex_attribute_1_values_1 (system=? AND value=?)"
        ),
        (AttributeIndexSQL.entries, "SEARCH entries USING INTEGER PRIMARY KEY (rowid>?)"),
    ])
    func `what an index looks up is found by one search`(_ sql: String, _ plan: String) throws {
        #expect(try Self.plan(of: sql, in: try indexed()) == [plan])
    }

    private func indexed() throws -> DatabaseQueue {
        let database = try DatabaseQueue()
        try database.write { database in
            try database.execute(sql: SQLiteSchema.statements)
            try IndexBuilder.setIndexes([AttributePath(name: "action")], in: database)
        }
        return database
    }

    @Test(arguments: SortOrder.allCases)
    func `keys of a file of version 2 are searched in its indexes`(_ order: SortOrder) throws {
        let database = try DatabaseQueue()
        try database.write { try $0.execute(sql: EarlierFile(version: 2).statements) }
        for (partition, index, owner) in Self.partitions {
            let sql = EarlierKeySQL(partition, order)
            let first = owner.isEmpty ? "" : "\(owner)_id=? AND "
            let search = "SEARCH records USING COVERING INDEX by_\(index) (\(first)system_id"
            #expect(
                try Self.plan(of: sql.keysOfSystem, in: database) == [
                    "\(search)=? AND sort_key>? AND sort_key<?)"
                ])
            #expect(try Self.plan(of: sql.nextSystem, in: database) == ["\(search)>?)"])
        }
    }

    @Test(arguments: SortOrder.allCases)
    func `keys of a file of version 1 are searched in its indexes`(_ order: SortOrder) throws {
        let database = try DatabaseQueue()
        try database.write { try $0.execute(sql: EarlierFile(version: 1).statements) }
        for (partition, index, owner) in Self.partitions where !owner.isEmpty {
            #expect(
                try Self.plan(of: EarlierKeySQL(partition, order).keysOfAllSystems, in: database) == [
                    "SEARCH records USING COVERING INDEX by_\(index) (\(owner)_id=? AND (sort_key,system_id)>(?,?) "
                        + "AND (sort_key,system_id)<(?,?))"
                ])
        }
    }

    @Test(arguments: [
        (SQLiteSchema.entries(.ascending, cursor: 0), "SEARCH entries USING INTEGER PRIMARY KEY (rowid>?)"),
        (SQLiteSchema.entries(.descending, cursor: 7), "SEARCH entries USING INTEGER PRIMARY KEY (rowid<?)"),
        (SQLiteSchema.arrivals, "SEARCH entries USING INTEGER PRIMARY KEY (rowid>?)"),
        (SQLiteSchema.lastInstant, "SEARCH entries USING COVERING INDEX entries_by_system (system=?)"),
        (NameTable.resources.nameOfNumber, "SEARCH resources USING INTEGER PRIMARY KEY (rowid=?)"),
        (ShapeSQL.shapeOfNumber, "SEARCH shapes USING INTEGER PRIMARY KEY (rowid=?)"),
    ])
    func `what is looked up is found by one search`(_ sql: String, _ plan: String) throws {
        let database = try DatabaseQueue()
        try database.write { try $0.execute(sql: SQLiteSchema.statements) }
        #expect(try Self.plan(of: sql, in: database) == [plan])
    }

    @Test(arguments: [
        (
            SQLiteSchema.entryOfKey,
            "SEARCH led USING COVERING INDEX entries_by_system (system=? AND instant=? AND nanoseconds=? AND audit_id=?)"
        ),
        (
            SQLiteSchema.numberOfKey,
            "SEARCH led USING COVERING INDEX entries_by_system (system=? AND instant=? AND nanoseconds=? AND audit_id=?)"
        ),
        (SQLiteSchema.numbersOfSystem, "SEARCH led USING COVERING INDEX sqlite_autoindex_systems_1 (name=?)"),
        (
            SQLiteSchema.systemsBetween,
            "SEARCH led USING COVERING INDEX sqlite_autoindex_systems_1 (name>? AND name<?)"
        ),
        (
            NameTable.users.numberOfName,
            "SEARCH led USING COVERING INDEX sqlite_autoindex_users_1 (system=? AND name=?)"
        ),
        (
            NameTable.resources.namesFrom,
            "SEARCH led USING COVERING INDEX sqlite_autoindex_resources_1 (system=? AND name>?)"
        ),
        (ShapeSQL.numberOfShape, "SEARCH led USING COVERING INDEX sqlite_autoindex_shapes_1 (shape=?)"),
    ])
    func `what an index leads to is found by one search, and held against it by its number`(
        _ sql: String, _ plan: String
    ) throws {
        let database = try DatabaseQueue()
        try database.write { try $0.execute(sql: SQLiteSchema.statements) }
        #expect(
            try Self.plan(of: sql, in: database) == [
                plan, "SEARCH held USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
            ])
    }

    @Test(arguments: [
        (EarlierSchema.record, "SEARCH records USING INTEGER PRIMARY KEY (rowid=?)"),
        (EarlierSchema.recordOfKey, "SEARCH records USING INDEX by_system (system_id=? AND sort_key=?)"),
        (EarlierSchema.rows, "SEARCH records USING INTEGER PRIMARY KEY (rowid>?)"),
    ])
    func `what is looked up in an earlier file is found by one search`(_ sql: String, _ plan: String) throws {
        let database = try DatabaseQueue()
        try database.write { try $0.execute(sql: EarlierFile(version: 2).statements) }
        #expect(try Self.plan(of: sql, in: database) == [plan])
    }

    private static func plan(of sql: String, in database: DatabaseQueue) throws -> [String] {
        try database.read { database in
            let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] }
        }
    }
}
