@testable import AuditQuery
import GRDB
import GRDBSQLite
import Testing

/// How SQLite means to answer: by a range of one index, never by looking at all rows or sorting them.
@Suite struct QueryPlanTests {
    private static let day = Day(daysSince1970: 19_782)
    private static let place = TestRecord.make("a", at: "2024-02-29T12:00:00Z").key
    private static let partitions: [(partition: Partition, index: String, column: String)] = [
        (.systemDay("s", day), "by_system", "system_id"), (.user("u"), "by_user", "user_id"),
        (.resource("r"), "by_resource", "resource_id"),
    ]

    @Test(arguments: SortOrder.allCases)
    func `A position is searched in the index, in either order`(_ order: SortOrder) throws {
        let database = try DatabaseQueue()
        for (partition, index, column) in Self.partitions {
            for range in [TimeRange(start: nil, end: nil), Self.day.range] {
                for after in [nil, Self.place] {
                    for filter in Self.filters {
                        let statement = RangeStatement(
                            RangeRead(
                                partition: partition, range: range, order: order, after: after,
                                filter: filter,
                                limit: 10, budget: .ample))
                        let plan = try Self.plan(of: statement, in: database)
                        #expect(plan.count == 1, "\(plan)")
                        #expect(
                            plan[0].contains("SEARCH records USING INDEX \(index) (\(column)=?"), "\(plan)")
                        // All ways but an open range without a position go by sort_key too.
                        let isOpen = after == nil && range.start == nil && index != "by_system"
                        #expect(isOpen || plan[0].contains("sort_key"), "\(plan)")
                    }
                }
            }
        }
    }

    @Test func `Records are looked up by their keys in the index`() throws {
        let plan = try DatabaseQueue().write { database -> [String] in
            try database.execute(sql: SQLiteSchema.statements)
            return try Row.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN \(SQLiteSchema.fetch(count: 2))",
                arguments: ["s", "k", "t", "l"]
            ).map { $0["detail"] }
        }
        #expect(
            plan.contains("SEARCH records USING INDEX by_system (system_id=? AND sort_key=?)"), "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN records") }, "\(plan)")
    }

    @Test(arguments: SortOrder.allCases)
    func `A page late in a partition costs no more than an early one`(_ order: SortOrder) throws {
        let database = try DatabaseQueue()
        try database.write { database in
            try database.execute(sql: SQLiteSchema.statements)
            for number in 0..<5000 {
                let record = TestRecord.make(
                    Identifier("id"), at: Self.day.start.advanced(bySeconds: Int64(number)), user: "u")
                try database.execute(
                    sql: SQLiteSchema.insert,
                    arguments: [
                        "s", String(decoding: record.key.sortKey, as: UTF8.self), "u", "r", "{}",
                    ])
            }
        }
        let costs = try [100, 4900].map { seconds in
            let instant = Self.day.start.advanced(
                bySeconds: Int64(order == .ascending ? seconds : 5000 - seconds))
            let statement = RangeStatement(
                RangeRead(
                    partition: .user("u"), range: Self.day.range, order: order,
                    after: RecordKey(systemId: "s", instant: instant, auditId: "id"),
                    filter: Self.filters[0], limit: 10, budget: .ample))
            return try database.read { database in
                let prepared = try database.makeStatement(sql: statement.sql)
                let rows = try Row.fetchCursor(prepared, arguments: statement.arguments)
                for _ in 0..<10 { _ = try rows.next() }
                // Steps of SQLite's machine, which grow with each row that is passed.
                return Int(sqlite3_stmt_status(prepared.sqliteStatement, SQLITE_STMTSTATUS_VM_STEP, 0))
            }
        }
        #expect(costs[0] > 0)
        #expect(abs(costs[0] - costs[1]) < 20, "\(costs) steps for ten rows")
    }

    private static let filters = [
        Filter(userId: nil, systemId: nil, resourceId: nil, scope: .all),
        Filter(userId: "u", systemId: "s", resourceId: "r", scope: SystemScope(patterns: ["s", "t*"])),
    ]

    private static func plan(of statement: RangeStatement, in database: DatabaseQueue) throws -> [String] {
        try database.write { database in
            if try !database.tableExists("records") { try database.execute(sql: SQLiteSchema.statements) }
            return try Row.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN \(statement.sql)", arguments: statement.arguments
            ).map { $0["detail"] }
        }
    }
}
