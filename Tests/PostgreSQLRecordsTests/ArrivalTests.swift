import PostgreSQL
import PostgreSQLStandIns
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import PostgreSQLRecords
@testable import StoreConformance

/// PostgreSQL's order of arrival, as workers read it while loaders write.
@Suite struct PostgreSQLArrivalTests {
    private static let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z")

    @Test(arguments: FollowedConformance.checks.map(\.name))
    func `PostgreSQL does what every store must that is followed`(_ name: String) throws {
        let database = try TestDatabase()
        let check = try #require(FollowedConformance.checks.first { $0.name == name })
        try check.run(
            FollowedConformance(reader: database.store(.read)) { try database.store(.write) })
    }

    @Test func `a number that is not committed is waited for, and those behind it are not seen before`()
        throws
    {
        let database = try TestDatabase()
        try database.store(.write).put([Self.record])
        let reader = try database.store(.read)
        // One writer is between its numbers and its end; another one begins and ends.
        let slow = try Connection(ConnectionSettings(database.connection(user: "writer")))
        let patience = ContinuousClock.now + .seconds(60)
        try slow.script(
            """
            BEGIN;
            UPDATE audit_query.arrival SET last = last + 1;
            INSERT INTO audit_query.records SELECT system_id, instant, nanoseconds, 'slow', user_id, resource_id,
            attributes, 2 FROM audit_query.records;
            """, until: patience)
        let other = TestRecord.make("b", at: "2024-02-29T12:00:00Z")
        onThreads(2) { thread in
            do {
                guard thread == 0 else { return try database.store(.write).put([other]) }
                // Until the other one waits for the row of numbers.
                try eventually("the other one waits") {
                    #expect(try reader.arrivals().end.number == 1)
                    return try database.number(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'") != 0
                }
                #expect(try reader.arrivals().end.number == 1)
                try slow.script("COMMIT", until: patience)
            } catch {
                Issue.record("\(error)")
            }
        }
        let ids = try reader.arrivals(after: 1).records.map(\.key.auditId)
        #expect(ids == ["slow", "b"])
    }

    @Test func `rows are read along the index of arrival in each month`() throws {
        let database = try TestDatabase()
        let store = try database.store(.write)
        try store.put(
            (0..<500).map {
                TestRecord.make(
                    Identifier("\($0)"), at: Timestamp(seconds: 1_706_000_000 + Int64($0) * 20_000))
            })
        try database.run("ANALYZE audit_query.records")
        let read = ArrivalRead(
            after: nil, limit: 10, restriction: Restriction(scope: .only([.exact("s")])), budget: .ample)
        let statement = ArrivalStatement(read, after: 400, upTo: 500, limit: 10)
        let deadline = ContinuousClock.now + .seconds(60)
        let plan = try store.pool.with(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                try connection.script("PREPARE explained AS \(statement.text)", until: deadline)
                let values = ["400", "500", "10"] + statement.parameters.dropFirst(3).map { _ in "NULL" }
                let explain = "EXPLAIN (COSTS OFF) EXECUTE explained (\(values.joined(separator: ", ")))"
                var rows = try connection.rows(explain, until: deadline)
                var lines: [String] = []
                while try rows.next() { lines.append(String(decoding: rows.bytes(0), as: UTF8.self)) }
                return lines
            }
        }
        let scans = plan.filter { $0.contains("Scan") && !$0.contains("unnest") }
        #expect(!scans.isEmpty && scans.allSatisfy { $0.contains("Index Scan") && $0.contains("arrival") })
        #expect(!plan.contains { $0.contains("Sort (") || $0.hasSuffix("Sort") }, "\(plan)")
    }

    @Test func `a schema of version 1 still serves, says what following needs, and is brought to version 2`()
        throws
    {
        let database = try TestDatabase()
        try database.run(
            """
            UPDATE audit_query.schema_version SET version = 1;
            DROP INDEX audit_query.records_by_arrival;
            DROP TRIGGER note_server ON audit_query.arrival;
            ALTER TABLE audit_query.arrival DROP COLUMN origin, DROP COLUMN server, DROP COLUMN earlier;
            REVOKE SELECT ON audit_query.arrival FROM audit_query_reader;
            """)
        try database.store(.write).put([Self.record])
        let reader = try database.store(.read)
        #expect(try reader.fetch([Self.record.key], budget: .ample).records == [Self.record])
        let error = #expect(throws: StoreError.self) { try reader.arrivals() }
        #expect(error?.description.contains("table create") == true)
        #expect(try Self.doubtsFollowing(reader))
        try database.makeSchema()
        #expect(try reader.arrivals().records == [Self.record])
        #expect(try database.number("SELECT version FROM audit_query.schema_version") == 2)
        #expect(try !Self.doubtsFollowing(reader))
    }

    @Test func `a schema without its trigger is followed all the same, and is said to be doubtful`() throws {
        let database = try TestDatabase()
        try database.run(
            """
            DROP TRIGGER note_server ON audit_query.arrival;
            ALTER TABLE audit_query.arrival DROP COLUMN server, DROP COLUMN earlier;
            """)
        try database.store(.write).put([Self.record])
        let reader = try database.store(.read)
        #expect(try reader.arrivals().records == [Self.record])
        func doubts() throws -> Bool {
            try reader.remarks(connections: 1, namesStandbys: false, now: Self.record.key.instant).contains {
                $0.weight == .doubtful && $0.text.contains("note_server")
            }
        }
        #expect(try doubts())
        try database.makeSchema()
        #expect(try !doubts() && reader.arrivals().records == [Self.record])
    }

    private static func doubtsFollowing(_ store: PostgreSQLStore) throws -> Bool {
        try store.remarks(connections: 1, namesStandbys: false, now: record.key.instant).contains {
            $0.weight == .doubtful && $0.text.contains("nobody can follow")
        }
    }
}
