import PostgreSQL
import PostgreSQLStandIns
import TestSupport
import Testing
@testable import AuditRecords
@testable import PostgreSQLRecords
@testable import StoreConformance

/// What is said of standbys, with one that follows and stops following.
@Suite struct ReplicationTests {
    private static let now = TestRecord.instant("2024-02-29T12:00:00Z")

    private func remarks(_ database: TestDatabase, user: String, names: Bool = true) throws
        -> [DatabaseRemark]
    {
        let store = PostgreSQLStore(
            try ConnectionSettings(database.connection(user: user)), connections: 1, for: .read)
        return try store.remarks(connections: 1, namesStandbys: names, now: Self.now)
    }

    @Test func `that no standby follows is told where somebody counts on one`() throws {
        let database = try TestDatabase()
        let missing = try remarks(database, user: "reader").filter { $0.text.contains("no standby follows") }
        #expect(missing.map(\.weight) == [.doubtful])
        let alone = try remarks(database, user: "reader", names: false)
        #expect(!alone.contains { $0.text.contains("standby") }, "\(alone)")
    }

    @Test func `how far a standby is behind is told to who may know, and that it is far behind is doubtful`()
        throws
    {
        let primary = try PostgreSQLServer(settings: [
            "wal_level=replica", "max_wal_senders=4", "hot_standby=on",
        ])
        let database = try TestDatabase(in: primary)
        let standby = try PostgreSQLServer(following: primary)
        func found(_ user: String) throws -> [DatabaseRemark] {
            try remarks(database, user: user).filter { $0.text.contains("standby") }
        }
        try eventually("it follows") {
            try found(PostgreSQLServer.owner).contains {
                $0.weight == .fine && $0.text.contains("0 MiB behind")
            }
        }
        let told = try found("reader")
        #expect(told.count == 1 && told[0].text.contains("GRANT pg_read_all_stats"), "\(told)")
        // It takes what comes and does not show it.
        let connection = try Connection(
            ConnectionSettings(standby.connection("postgres") + " target_session_attrs=any"))
        try connection.script("SELECT pg_wal_replay_pause()", until: .now + .seconds(60))
        try database.run(
            "CREATE TABLE filler AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 80000)")
        try eventually("it is behind") {
            try found(PostgreSQLServer.owner).contains {
                $0.weight == .doubtful && $0.text.contains("would lack records")
            }
        }
    }
}
