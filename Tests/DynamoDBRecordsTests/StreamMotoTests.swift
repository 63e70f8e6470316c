import AuditStores
import AuditRecords
import StoreConformance
import TestSupport
import Testing
@testable import DynamoDBRecords
@testable import DynamoDBStandIns

/// The stream of a table in moto, which others have written: one shard that never ends.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct StreamMotoTests {
    @Test func `what is written comes, also where it replaces, and what is removed or no record does not`()
        throws
    {
        let table = try MotoTable.made("followed", at: MotoServer.shared().url)
        let store = table.followed()
        try store.put([StreamTests.record(0)])
        let place = try StreamTests.now(store)
        let first = (1...30).map { StreamTests.record($0, system: $0 % 3 == 0 ? "other" : "system") }
        try store.put(first)
        try store.put([StreamTests.record(1, user: "v")])
        try table.put(item: "{\"PK\":{\"S\":\"META\"},\"SK\":{\"S\":\"META\"}}")
        #expect(try store.remove([StreamTests.record(2)], before: 0) == 1)
        for reader in [store, table.followed()] {
            let found = try StreamTests.all(reader, after: place, limit: 7)
            // Another process knows when it began, and not where.
            let records = found.records.filter { $0.key != StreamTests.record(0).key }
            #expect(
                Set(records.prefix(30)) == Set(first)
                    && records.dropFirst(30) == [StreamTests.record(1, user: "v")])
            let seen = try StreamTests.all(reader, after: place, scope: .only([.exact("other")]))
            #expect(Set(seen.records) == Set(first.filter { $0.key.systemId == "other" }))
            #expect(try StreamTests.all(table.followed(), after: found.place).records.isEmpty)
        }
    }
}
