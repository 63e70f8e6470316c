// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DynamoDBRecords
@testable import StoreConformance
@testable import DynamoDBStandIns

@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct DynamoDBStoreTests {
    @Test(arguments: StoreConformance.checks.map(\.name))
    func `the DynamoDB store does what every store must`(_ name: String) throws {
        let store = try MotoTable.make("conformance-\(name)", at: MotoServer.shared().url)
        let check = try #require(StoreConformance.checks.first { $0.name == name })
        // Its pages end between two seconds, after one request at least.
        try check.run(StoreConformance(store: store, recordsBeforeBudgetStop: 150))
    }

    @Test func `all pages of DynamoDB are exactly the matching records, in order, once`() throws {
        let url = try MotoServer.shared().url
        var tables = 0
        forAll(cases: 6) { random in
            tables += 1
            var rounds = Rounds(random: random.fork())
            let systems = Array(Set(rounds.vocabulary.systems))
            let store = try MotoTable.make("paging-\(tables)", at: url, systems: systems)
            rounds.size = (60, 6)
            rounds.keepsSpelling = false
            rounds.vocabulary.hasOtherSpellings = random.once(in: 2)
            try rounds.fill(store)
            try rounds.ask(store, writer: store)
        }
    }

    @Test func `what is removed is gone by every index, in whatever spelling, and nothing else is`() throws {
        let url = try MotoServer.shared().url
        var tables = 0
        forAll(cases: 4) { random in
            tables += 1
            var rounds = Rounds(random: random.fork())
            let systems = Array(Set(rounds.vocabulary.systems))
            let store = try MotoTable.make("removal-\(tables)", at: url, systems: systems)
            rounds.size = (60, 4)
            rounds.keepsSpelling = false
            rounds.vocabulary.hasOtherSpellings = random.once(in: 2)
            try rounds.fill(store)
            // As who removes them has read them: removed is what is still the same.
            let gone = try rounds.some(&random).compactMap {
                try store.fetch([$0.key], budget: .ample).records[0]
            }
            // What says something else than was read stays.
            let changed = gone.map {
                AuditRecord(key: $0.key, userId: $0.userId, resourceId: "another", attributes: $0.attributes)
            }
            for start in stride(from: 0, to: gone.count, by: store.mostRemoved) {
                let batch = start..<min(start + store.mostRemoved, gone.count)
                try require(try store.remove(Array(changed[batch]), before: 0) == 0, "changed ones")
                try require(try store.remove(Array(gone[batch]), before: 0) == batch.count, "\(batch)")
                try require(try store.remove(Array(gone[batch]), before: 0) == 0, "again")
            }
            rounds.remove(gone)
            try rounds.ask(store, writer: store)
        }
    }
}
