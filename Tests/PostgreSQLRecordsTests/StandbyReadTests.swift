import PostgreSQL
import PostgreSQLStandIns
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import PostgreSQLRecords
@testable import StoreConformance

/// Two servers of one database, and what is read of which.
@Suite struct StandbyReadTests {
    private static let settings = ["wal_level=replica", "max_wal_senders=4", "hot_standby=on"]

    private static func record(_ id: Identifier) -> AuditRecord {
        TestRecord.make(id, at: "2024-02-29T12:00:00Z")
    }

    private static func store(
        _ servers: [PostgreSQLServer], _ name: String, _ access: PostgreSQLStore.Access = .read,
        standbys: Bool = true
    ) throws -> PostgreSQLStore {
        let hosts = servers.map(\.host).joined(separator: ",")
        let user = access == .read ? "reader" : "writer"
        return PostgreSQLStore(
            try ConnectionSettings("host=\(hosts) dbname=\(name) user=\(user)"), connections: 2, for: access,
            readsStandbys: standbys)
    }

    private static func read(_ store: PostgreSQLStore) throws -> (ids: [Identifier], doubt: StoreDoubt?) {
        let read = PartitionRead(
            partition: .user("user"), range: TimeRange(start: nil, end: nil), order: .ascending, after: nil,
            restriction: Restriction(scope: .all), limit: 100, budget: .ample)
        let run = try store.read(read)
        return (run.records.map(\.key.auditId), run.usage.doubt)
    }

    /// Waits until each server has answered a store once: until then it is not sure of the primary.
    private static func waitForAnswers(to stores: PostgreSQLStore...) throws {
        for store in stores {
            try eventually("each server has answered") { try read(store).doubt == nil }
        }
    }

    @Test func `a standby is read while no primary answers, and the one that is promoted from then on`()
        throws
    {
        let primary = try PostgreSQLServer(settings: Self.settings)
        let database = try TestDatabase(in: primary)
        let standby = try PostgreSQLServer(following: primary)
        // Whatever the order in which they are named.
        let store = try Self.store([standby, primary], database.name)
        let strict = try Self.store([standby, primary], database.name, standbys: false)
        let writer = try Self.store([standby, primary], database.name, .write)
        try writer.put([Self.record("a")])
        try Self.waitForAnswers(to: store, strict)
        #expect(try Self.read(store) == (["a"], nil))
        #expect(try Self.read(strict) == (["a"], nil))
        // Until it is seen that the standby has it.
        let written = ContinuousClock.now
        try eventually("the standby has been seen to have it") {
            var board = try #require(store.watch).seen
            board.noteSilence(of: 1)
            guard case .server(let choice) = board.source(now: .now, readsStandbys: true) else {
                return false
            }
            return choice.doubt.map { $0.known > written } ?? false
        }
        try primary.stop()
        let (ids, doubt) = try Self.read(store)
        #expect(ids == ["a"] && doubt?.cause == .standby)
        #expect(try store.arrivals().doubt?.cause == .standby)
        let end = try store.arrivalEnd(deadline: .now + .seconds(60))
        let ahead = ArrivalRead(
            after: ArrivalPlace(origin: end.origin, number: end.number + 1), limit: 1,
            restriction: Restriction(scope: .all), budget: .ample)
        let unknown = #expect(throws: StoreError.self) { try store.arrivals(ahead) }
        #expect(unknown?.code == .unavailable, "it is not said to be lost")
        let refused = #expect(throws: StoreError.self) { try Self.read(strict) }
        #expect(refused?.code == .unavailable)
        #expect(throws: StoreError.self) { try writer.put([Self.record("b")]) }

        try standby.promote()
        try eventually("it is found") { try Self.read(store).doubt == nil }
        try eventually("it is found by who writes") {
            do {
                try writer.put([Self.record("c")])
                return true
            } catch {
                return false
            }
        }
        #expect(try Self.read(store) == (["a", "c"], nil))
        try eventually("it is found by who reads no standby") { (try? Self.read(strict).ids) == ["a", "c"] }
    }

    @Test func `a primary that was left behind is not read, and one whose standby vanished is not sure`()
        throws
    {
        let primary = try PostgreSQLServer(settings: Self.settings)
        let database = try TestDatabase(in: primary)
        let standby = try PostgreSQLServer(following: primary)
        let store = try Self.store([primary, standby], database.name)
        let writer = try Self.store([primary, standby], database.name, .write)
        try writer.put([Self.record("a")])
        try Self.waitForAnswers(to: store)
        #expect(try Self.read(store) == (["a"], nil))
        try standby.isolate()
        try standby.promote()
        // Both are primaries now, and both can be reached; the one of before is named first.
        for each in [store, writer] {
            try eventually("the one that was promoted is found") {
                let source = try #require(each.watch).seen.source(now: .now, readsStandbys: false)
                guard case .server(let choice) = source else { return false }
                return choice.index == 1
            }
        }
        try writer.put([Self.record("b")])
        #expect(try Self.read(store) == (["a", "b"], nil))
        try standby.stop()
        let error = #expect(throws: StoreError.self) { try Self.read(store) }
        #expect(error?.code == .unavailable)
        let later = #expect(throws: StoreError.self) { try Self.read(store) }
        #expect(later?.description.contains("left behind") == true)
        // A process that begins now cannot know, and says so.
        let late = try Self.store([primary, standby], database.name)
        try eventually("it says so") { try Self.read(late).doubt?.cause == .primaryAlone }
        #expect(try late.arrivals().doubt?.cause == .primaryAlone)
    }
}
