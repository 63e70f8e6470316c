import PostgreSQL
import PostgreSQLStandIns
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import PostgreSQLRecords
@testable import StoreConformance

/// Followers when a standby is promoted that lacks the last transactions.
@Suite struct PromotionTests {
    private static func record(_ id: Identifier) -> AuditRecord {
        TestRecord.make(id, at: "2024-02-29T12:00:00Z")
    }

    private static func store(
        _ server: PostgreSQLServer, _ database: TestDatabase, _ access: PostgreSQLStore.Access
    ) throws -> PostgreSQLStore {
        let user = access == .read ? "reader" : "writer"
        return PostgreSQLStore(
            try ConnectionSettings(server.connection(database.name, user: user)), connections: 2, for: access)
    }

    private static func loss(_ place: ArrivalPlace, _ store: PostgreSQLStore) throws -> PlaceLoss? {
        let read = ArrivalRead(
            after: place, limit: 1, restriction: Restriction(scope: .all), budget: .ample)
        guard case .lost(let loss) = try store.arrivals(read) else { return nil }
        return loss
    }

    @Test
    func
        `what a promotion lost is gone for followers, also when as much has come since, and nothing else is`()
        throws
    {
        let primary = try PostgreSQLServer(settings: ["wal_level=replica", "max_wal_senders=4"])
        let database = try TestDatabase(in: primary)
        let (oldWriter, oldReader) = try (
            Self.store(primary, database, .write), Self.store(primary, database, .read)
        )
        try oldWriter.put([Self.record("a"), Self.record("b")])
        let standby = try PostgreSQLServer(following: primary)
        let kept = try oldReader.arrivalEnd(deadline: .now + .seconds(60))
        // What is written from here on never gets there.
        try standby.isolate()
        try oldWriter.put([Self.record("c"), Self.record("d")])
        let lost = try oldReader.arrivalEnd(deadline: .now + .seconds(60))
        #expect((kept.number, lost.number) == (2, 4))
        try standby.promote()
        let (writer, reader) = try (
            Self.store(standby, database, .write), Self.store(standby, database, .read)
        )
        #expect(try Self.loss(kept, reader) == nil)
        #expect(try Self.loss(lost, reader) == .ahead)
        try writer.put([Self.record("e"), Self.record("f")])
        try writer.put([Self.record("g")])
        // As many as there were, and more: the numbers alone do not tell any more.
        #expect(try Self.loss(lost, reader) == .ahead)
        let read = ArrivalRead(
            after: kept, limit: 10, restriction: Restriction(scope: .all), budget: .ample)
        guard case .run(let run) = try reader.arrivals(read) else {
            Issue.record("a place that both have is refused")
            return
        }
        #expect(Set(run.records.map(\.key.auditId)) == ["e", "f", "g"])
        // The server that was left goes on by itself; its places and those of the other one are kept apart.
        #expect(try Self.loss(run.end, oldReader) == .otherStore)
        #expect(try Self.loss(run.end, reader) == nil)
        try oldWriter.put([Self.record("h")])
        #expect(try Self.loss(lost, oldReader) == nil)
        #expect(try Self.loss(oldReader.arrivalEnd(deadline: .now + .seconds(60)), reader) == .ahead)
    }

    @Test func `a restart of the same server is not another one`() throws {
        let database = try TestDatabase()
        let writer = try database.store(.write)
        try writer.put([Self.record("a")])
        let before = try writer.arrivalEnd(deadline: .now + .seconds(60))
        try database.run("CHECKPOINT; SELECT pg_switch_wal()")
        try writer.put([Self.record("b")])
        let after = try writer.arrivalEnd(deadline: .now + .seconds(60))
        #expect(before.origin == after.origin)
        #expect(try database.number("SELECT cardinality(earlier) FROM audit_query.arrival") == 0)
        // Another server wrote last, and not one before it: 64 are kept.
        for _ in 0..<70 {
            try database.run(
                """
                ALTER TABLE audit_query.arrival DISABLE TRIGGER note_server;
                UPDATE audit_query.arrival SET server = 'another';
                ALTER TABLE audit_query.arrival ENABLE TRIGGER note_server;
                UPDATE audit_query.arrival SET last = last + 1;
                """)
        }
        #expect(try database.number("SELECT cardinality(earlier) FROM audit_query.arrival") == 128)
        #expect(try Self.loss(before, database.store(.read)) == .otherStore)
    }

    @Test func `what is committed is on the server's disk, whatever its configuration says`() throws {
        let database = try TestDatabase()
        try database.run("ALTER DATABASE \(database.name) SET synchronous_commit = off")
        let writer = try database.store(.write)
        let value = try writer.pool.with(until: .now + .seconds(60)) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                try connection.isTrue(
                    "SELECT current_setting('synchronous_commit') = 'local'", until: .now + .seconds(60))
            }
        }
        #expect(value)
    }
}
