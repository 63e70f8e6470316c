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
        (.systemDay("s", day), "by_system", ""), (.day(day), "by_system", ""),
        (.user("u"), "by_user", "user_id=? AND "), (.resource("r"), "by_resource", "resource_id=? AND "),
    ]

    @Test(arguments: SortOrder.allCases)
    func `keys are searched in an index that has all of them, in either order`(_ order: SortOrder) throws {
        let database = try DatabaseQueue()
        try database.write { try $0.execute(sql: SQLiteSchema.statements) }
        for (partition, index, owner) in Self.partitions {
            let sql = KeySQL(partition, order)
            let search = "SEARCH records USING COVERING INDEX \(index) (\(owner)system_id"
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
        try database.write { try $0.execute(sql: SchemaVersion1.statements) }
        for (partition, index, owner) in Self.partitions where !owner.isEmpty {
            #expect(
                try Self.plan(of: KeySQL(partition, order).keysOfAllSystems, in: database) == [
                    "SEARCH records USING COVERING INDEX \(index) (\(owner)(sort_key,system_id)>(?,?) "
                        + "AND (sort_key,system_id)<(?,?))"
                ])
        }
    }

    @Test func `records are looked up by their keys in the index`() throws {
        let database = try DatabaseQueue()
        try database.write { try $0.execute(sql: SQLiteSchema.statements) }
        let plan = try Self.plan(of: SQLiteSchema.fetch(count: 2), in: database)
        #expect(
            plan.contains("SEARCH records USING INDEX by_system (system_id=? AND sort_key=?)"), "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN records") }, "\(plan)")
        #expect(
            try Self.plan(of: SQLiteSchema.record, in: database) == [
                "SEARCH records USING INTEGER PRIMARY KEY (rowid=?)"
            ])
    }

    private static func plan(of sql: String, in database: DatabaseQueue) throws -> [String] {
        try database.read { database in
            let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] }
        }
    }
}
