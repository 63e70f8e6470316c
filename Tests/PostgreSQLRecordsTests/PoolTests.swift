import PostgreSQL
import PostgreSQLStandIns
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import PostgreSQLRecords
@testable import StoreConformance

@Suite struct PoolTests {
    private static let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z")

    private static func fetch(_ store: PostgreSQLStore) throws -> [AuditRecord?] {
        try store.fetch([record.key], budget: .ample).records
    }

    @Test func `connections that the server has closed are made anew, and nobody notices`() throws {
        let database = try TestDatabase()
        try database.store(.write).put([Self.record])
        let store = try database.store(.read)
        #expect(try Self.fetch(store) == [Self.record])
        let others = """
            SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """
        #expect(try database.number(others) ?? 0 > 0)
        #expect(try Self.fetch(store) == [Self.record])
    }

    @Test func `what the deadline ends is ended on the server, and the store answers afterwards`() throws {
        let database = try TestDatabase()
        try database.store(.write).put([Self.record])
        let store = try database.store(.read, connections: 1)
        let running = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT pg_sleep%'
            """
        let error = #expect(throws: StoreError.self) {
            try store.pool.with(until: .now + .seconds(60)) { connection throws(StoreError) in
                try asking { () throws(PostgreSQLError) in
                    try connection.run("SELECT pg_sleep(600)", until: .now + .milliseconds(200))
                }
            }
        }
        #expect(error?.code == .deadline)
        try eventually("the end of the statement on the server") { try database.number(running) == 0 }
        #expect(try Self.fetch(store) == [Self.record])
    }

    @Test func `who finds no free connection in time is told so`() throws {
        let database = try TestDatabase()
        let store = try database.store(.read, connections: 1)
        try store.pool.with(until: .now + .seconds(60)) { _ throws(StoreError) in
            var code: StoreError.Code?
            do throws(StoreError) {
                _ = try store.fetch(
                    [Self.record.key],
                    budget: Budget(soft: .now, deadline: .now + .milliseconds(50)))
            } catch {
                code = error.code
            }
            #expect(code == .busy)
        }
    }

    @Test func `a page that ends for its bytes leaves a store that answers`() throws {
        let database = try TestDatabase()
        let large = (0..<200).map { index in
            TestRecord.make(
                Identifier("id-\(index + 100)"), at: "2024-02-29T12:00:00Z",
                attributes: "{\"a\":\"\(String(repeating: "x", count: 20_000))\"}")
        }
        try database.store(.write).put(large)
        let store = try database.store(.read, connections: 1)
        for _ in 0..<3 {
            var budget = Budget.ample
            budget.bytes = 50_000
            let read = PartitionRead(
                partition: .user("user"), range: TimeRange(start: nil, end: nil), order: .ascending,
                after: nil,
                restriction: Restriction(scope: .all), limit: 200, budget: budget)
            let run = try store.read(read)
            #expect(run.records == Array(large.prefix(2)))
            #expect(run.withheld == WithheldRecord(large[2]))
        }
    }

    @Test func `a server that is not there is unavailable, and says who was asked`() throws {
        let store = PostgreSQLStore(
            try ConnectionSettings("host=/nowhere dbname=audit user=worker"), connections: 1, for: .read)
        let error = #expect(throws: StoreError.self) { try store.probe() }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("/nowhere") == true)
    }
}
