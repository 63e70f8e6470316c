import PostgreSQLRecords
import PostgreSQLStandIns
import TestSupport
import Testing
@testable import QueryService
@testable import AuditRecords
@testable import DemoData
@testable import StoreConformance

/// What keys of all kinds are answered from PostgreSQL: beside what they may see, found by looking at every record, and beside a
/// database that never had anything else.
@Suite struct PostgreSQLPolicyTests {
    @Test func `from PostgreSQL each key gets its records, whole, in order, and no others`() throws {
        let database = try TestDatabase()
        let (reader, writer) = (try database.store(.read), try database.store(.write))
        forAll(cases: 4) { random in
            try database.empty()
            var round = PolicyRound(random: random.fork())
            try round.run(reader, keys: 4, writer: writer)
        }
    }

    /// Where its time is not up: a page of one of many systems passes others' rows
    /// ([decision 84](../../../docs/decisions/0084-postgresql-is-read-along-one-index.md)).
    @Test func `PostgreSQL answers a narrow key as if nothing else existed`() throws {
        let databases = try (0..<2).map { _ in try TestDatabase() }
        var settings = ServiceSettings.steady
        (settings.pageTime, settings.deadline) = (.seconds(3600), .seconds(3600))
        forAll(cases: 6) { random in
            var stores = databases
            var worlds = try TwoWorlds(
                random: random.fork(), isErratic: false, hides: random.once(in: 2), settings: settings
            ) { records in
                let database = stores.removeFirst()
                try database.empty()
                try database.store(.write).put(records)
                return try database.store(.read)
            }
            try worlds.requireAlike()
        }
    }
}
