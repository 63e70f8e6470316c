// swift-format-ignore-file: NeverForceUnwrap

@testable import QueryService
import Foundation
import TestSupport
import Testing
@testable import StoreConformance
@testable import AuditStores
@testable import AuditRecords
@testable import DemoData
@testable import DynamoDBStandIns

/// What keys of all kinds are answered from DynamoDB, beside what they may see, found by looking at every record.
@Suite struct DynamoDBPolicyTests {
    @Test func `from a model of the table each key gets its records, whole, in order, and no others`() {
        forAll(cases: 25) { random in
            let store = TableModel(random: random.fork())
            var round = PolicyRound(random: random.fork())
            try round.run(store, keys: 6)
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `from an emulator each key gets its records, whole, in order, and no others`() throws {
        let url = try MotoServer.shared().url
        var tables = 0
        forAll(cases: 2) { random in
            tables += 1
            let store = try MotoTable.make("policy-\(tables)", at: url)
            var round = PolicyRound(random: random.fork())
            try round.run(store, keys: 4)
        }
    }
}
