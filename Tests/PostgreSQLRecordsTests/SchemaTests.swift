import PostgreSQL
import PostgreSQLStandIns
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import PostgreSQLRecords
@testable import StoreConformance

@Suite struct SchemaTests {
    private static let record = TestRecord.make("a", at: "2024-02-29T12:00:00.123456789Z")

    @Test func `made again, the schema keeps its records, and stays as it was`() throws {
        let database = try TestDatabase()
        let store = try database.store(.write)
        try store.put([Self.record])
        let tables =
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'audit_query'::regnamespace ORDER BY 1"
        let before = try database.texts(tables)
        try database.run(PostgreSQLSchema.statements)
        #expect(try database.texts(tables) == before)
        #expect(before.contains("records_2024_02") && before.contains("records_2024_03"))
        #expect(try store.fetch([Self.record.key], budget: .ample).records == [Self.record])
        #expect(try database.number("SELECT count(*) FROM audit_query.schema_version") == 1)
        #expect(try database.number("SELECT count(*) FROM audit_query.arrival") == 1)
    }

    @Test func `roles that somebody makes for another database meanwhile are taken`() throws {
        let server = try PostgreSQLServer()
        let other = try TestDatabase(in: server, hasSchema: false)
        let database = try TestDatabase(in: server, hasSchema: false)
        let settings = try ConnectionSettings(database.connection())
        try other.run("BEGIN; CREATE ROLE audit_query_writer")
        let making = Running { Result { try PostgreSQLSchema.make(settings) } }
        try eventually("one who waits for the role") {
            try database.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == 1
        }
        try other.run("COMMIT")
        try #require(making.result(within: 60)).get()
        let roles = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'audit_query_%' ORDER BY 1"
        #expect(
            try database.texts(roles) == ["audit_query_reader", "audit_query_remover", "audit_query_writer"])
    }

    @Test func `a database without the schema, or with another version of it, is not read`() throws {
        let database = try TestDatabase(hasSchema: false)
        let store = PostgreSQLStore(
            try ConnectionSettings(database.connection()), connections: 1, for: .read)
        let missing = #expect(throws: StoreError.self) { try store.probe() }
        #expect(missing?.code == .unavailable)
        #expect(missing?.description.contains("audit-query table create") == true)
        try database.makeSchema()
        try store.probe()
        try database.run("UPDATE audit_query.schema_version SET version = 3")
        let other = PostgreSQLStore(
            try ConnectionSettings(database.connection()), connections: 1, for: .read)
        let error = #expect(throws: StoreError.self) { try other.probe() }
        #expect(error?.description.contains("has version 3") == true)
        #expect(throws: PostgreSQLError.self) { try database.run(PostgreSQLSchema.statements) }
    }

    @Test func `who reads can change nothing, and who writes can take nothing away`() throws {
        let database = try TestDatabase()
        try database.store(.write).put([Self.record])
        let statements = [
            ("reader", "INSERT INTO audit_query.records SELECT * FROM audit_query.records"),
            ("reader", "UPDATE audit_query.records SET user_id = 'x'"),
            ("reader", "DELETE FROM audit_query.records"),
            ("reader", "SELECT audit_query.make_month('2030-01-01')"),
            ("reader", "UPDATE audit_query.arrival SET last = 0"),
            ("writer", "UPDATE audit_query.arrival SET origin = gen_random_uuid()"),
            ("remover", "INSERT INTO audit_query.records SELECT * FROM audit_query.records"),
            ("remover", "UPDATE audit_query.records SET user_id = 'x'"),
            ("remover", "UPDATE audit_query.arrival SET last = 0"),
            ("remover", "TRUNCATE audit_query.records"),
            ("writer", "DELETE FROM audit_query.records"), ("writer", "TRUNCATE audit_query.records"),
            ("writer", "DROP TABLE audit_query.records_2024_02"),
            ("writer", "UPDATE audit_query.records SET instant = instant"),
            ("writer", "UPDATE audit_query.schema_version SET version = 9"),
            ("writer", "CREATE TABLE audit_query.mine ()"),
        ]
        for (role, statement) in statements {
            let connection = try Connection(ConnectionSettings(database.connection(user: role)))
            let error = #expect(throws: PostgreSQLError.self, "\(role): \(statement)") {
                try connection.script(statement, until: .now + .seconds(10))
            }
            #expect(error?.state == "42501", "\(role): \(statement)")
        }
        #expect(try database.number("SELECT count(*) FROM audit_query.records") == 1)
    }

    /// Each read is a walk along one index, in order, month by month: nothing is sorted, no other index led past others' records, and
    /// no month is looked into that has nothing of it. Whatever is in the table: a planner may choose otherwise when there is little.
    @Test(arguments: SortOrder.allCases, [1, 2000])
    func `each kind of read goes along its index`(_ order: SortOrder, _ count: Int) throws {
        let database = try TestDatabase()
        let store = try database.store(.write)
        let records = (0..<count).map { number -> AuditRecord in
            let instant = Timestamp(seconds: 1_706_000_000 + Int64(number) * 4000)
            let system: Identifier = number % 100 == 0 ? "rare" : "system"
            let user: Identifier = number % 90 == 0 ? "rare" : "user"
            return TestRecord.make(
                Identifier("id-\(number)"), at: instant, system: system, user: user,
                resource: Identifier("r\(number % 3)"))
        }
        try store.put(records)
        try database.run("ANALYZE audit_query.records")
        let day = Self.record.key.instant.day
        let partitions: [(Partition, index: String)] = [
            (.user("rare"), "user_id_instant"), (.resource("r1"), "resource_id_instant"),
            (.systemDay("rare", day), "pkey"), (.day(day), "instant_nanoseconds_expr"),
        ]
        for (partition, index) in partitions {
            let plan = try plan(of: partition, order, store)
            let scans = plan.filter { $0.contains("Scan") && !$0.contains("unnest") }
            #expect(!scans.isEmpty && scans.allSatisfy { $0.contains("Index Scan") }, "\(plan)")
            #expect(
                scans.allSatisfy {
                    $0.contains(index) && (index == "user_id_instant" || !$0.contains("user_id"))
                },
                "\(plan)")
            #expect(!plan.contains { $0.contains("Sort") || $0.contains("Merge") }, "\(plan)")
            #expect(count < 2000 || plan.contains { $0.contains("Subplans Removed") }, "\(plan)")
        }
    }

    /// The plan that a connection keeps for a read of February, whatever its parameters.
    private func plan(of partition: Partition, _ order: SortOrder, _ store: PostgreSQLStore) throws
        -> [String]
    {
        let range = TimeRange(
            start: TestRecord.instant("2024-02-01T00:00:00Z"), end: TestRecord.instant("2024-02-29T23:00:00Z")
        )
        let read = PartitionRead(
            partition: partition, range: range, order: order, after: nil,
            restriction: Restriction(userId: "user", scope: .only([.prefix("s")])), limit: 100, budget: .ample
        )
        let statement = ReadStatement(read, after: nil, limit: 100)
        var values = ["'2024-02-01'", "0", "''", "''", "'2024-02-29'", "0", "''", "''", "100"]
        values += statement.parameters.dropFirst(values.count).map { _ in "NULL" }
        let (prepare, explain) = (
            "PREPARE explained AS \(statement.text)",
            "EXPLAIN (COSTS OFF) EXECUTE explained (\(values.joined(separator: ", ")))"
        )
        return try store.pool.with(until: .now + .seconds(60)) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                let deadline = ContinuousClock.now + .seconds(60)
                try connection.script(prepare, until: deadline)
                var lines: [String] = []
                var rows = try connection.rows(explain, until: deadline)
                while try rows.next() { lines.append(String(decoding: rows.bytes(0), as: UTF8.self)) }
                try connection.script("DEALLOCATE explained", until: deadline)
                return lines
            }
        }
    }
}
