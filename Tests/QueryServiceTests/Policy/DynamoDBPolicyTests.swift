// swift-format-ignore-file: NeverForceUnwrap

@testable import QueryService
import Foundation
import TestSupport
import Testing
@testable import StoreConformance
@testable import AuditStores
@testable import AuditRecords
@testable import DemoData
@testable import DynamoDBRecords
@testable import DynamoDBStandIns

/// What keys of all kinds are answered from DynamoDB: beside what they may see, found by looking at every record, and beside a table
/// that never had anything else.
@Suite struct DynamoDBPolicyTests {
    @Test func `from a model of the table each key gets its records, whole, in order, and no others`() {
        forAll(cases: 6) { random in
            let store = TableModel(random: random.fork())
            var round = PolicyRound(random: random.fork())
            try round.run(store, keys: 5)
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `from an emulator each key gets its records, whole, in order, and no others`() throws {
        let url = try MotoServer.shared().url
        var tables = 0
        // One case: a request takes the emulator thirty times as long as the model.
        forAll(cases: 1) { random in
            tables += 1
            let store = try MotoTable.make("policy-\(tables)", at: url, systems: PolicyRound.systems)
            var round = PolicyRound(random: random.fork())
            try round.run(store, keys: 3)
        }
    }

    /// Stores look at real time, and the service's stands still.
    private static var settings: ServiceSettings {
        var settings = ServiceSettings.steady
        (settings.pageTime, settings.deadline) = (.seconds(3600), .seconds(3600))
        return settings
    }

    /// An index of an attribute, which keys that see everything ask, and a spread day are none of a narrow key's business.
    @Test(arguments: [true, false])
    func `a model of the table answers a narrow key as if nothing else existed`(_ hides: Bool) {
        let table = DynamoDBTable(attributeIndexes: [AttributeIndex(attribute: "word", name: "GSI3")])
        forAll(cases: 3) { random in
            let (count, own) = (random.number(in: 1...3), random.fork())
            var worlds = try TwoWorlds(
                random: random.fork(), isErratic: false, hides: hides, settings: Self.settings
            ) { records in
                let store = TableModel(
                    random: own, table: table,
                    plan: ShardPlan([.init(since: Timestamp.startOfTime.day, count: count)]))
                try store.put(records)
                return store
            }
            try worlds.requireAlike()
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `an emulator answers a narrow key as if nothing else existed`() throws {
        let url = try MotoServer.shared().url
        var tables = 0
        forAll(cases: 1) { random in
            var worlds = try TwoWorlds(
                random: random.fork(), isErratic: false, hides: random.once(in: 2), settings: Self.settings
            ) { records in
                tables += 1
                let store = try MotoTable.make(
                    "worlds-\(tables)", at: url, systems: Set(records.map(\.key.systemId)).sorted(),
                    indexes: [AttributeIndex(attribute: "word", name: "GSI3")])
                for start in stride(from: 0, to: records.count, by: 25) {
                    try store.put(Array(records[start..<min(start + 25, records.count)]))
                }
                return store
            }
            try worlds.requireAlike(questions: 40)
        }
    }

    /// The user's index has records of all systems, and behind a full page only some are looked at.
    @Test(arguments: ["word eq \"sought\"", "word ew \"ought\""])
    func `how far a full page looks for one more does not tell how much else a user has`(_ filter: String)
        throws
    {
        func records(_ system: Identifier, _ numbers: Range<Int>, _ word: String) -> [AuditRecord] {
            numbers.map {
                TestRecord.make(
                    Identifier("\(system)-\($0)"), at: Timestamp(seconds: Int64($0)), system: system,
                    user: "u",
                    attributes: "{\"word\":\"\(word)\"}")
            }
        }
        // Behind the page's two: some that do not pass, among them more than are looked at of those that nobody may see.
        let seen = records("crm", 0..<2, "sought") + records("crm", 100..<130, "other")
        for others in [0, 1100, 6000] {
            for last in [false, true] {
                let store = TableModel(random: SplitMix64(seed: 5), isCoarse: false)
                let end = last ? records("crm", 20_000..<20_001, "sought") : []
                try store.put(seen + end + records("payroll", 3000..<3000 + others, "other"))
                let client = try TestService(store, settings: Self.settings).client(systems: ["crm"])
                let page = client.records("userId=u&order=asc&limit=2&filter=\(encoded(filter))")
                #expect(page.auditIds == ["crm-0", "crm-1"])
                #expect(
                    page.json["stopReason"] as? String == (last ? "limit" : "end"), "\(others) \(page.text)")
                guard let cursor = page.nextCursor else { continue }
                let rest = client.records("cursor=\(cursor)")
                #expect(rest.auditIds == ["crm-20000"] && rest.nextCursor == nil, "\(others)")
            }
        }
    }
}
