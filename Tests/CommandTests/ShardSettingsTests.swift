// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import AuditRecords
import AuditStores
import DynamoDBRecords
import TestSupport
import Testing

@testable import audit_query

/// `store.dynamodb.shards`, and what is said of a table's plan beside it.
@Suite struct ShardSettingsTests {
    private let folder = try! TemporaryFolder()

    private static func yaml(_ shards: String) -> String {
        "store:\n  kind: dynamodb\n  dynamodb:\n    shards: \(shards)\n    regions: [a]\n"
    }

    private func plan(_ yaml: String, _ environment: [String: String] = [:]) throws -> String {
        let path = try folder.write(yaml, to: "audit-query.yaml")
        guard case .dynamodb(let table, _, _) = try Settings.load(path, environment: environment).store
        else { return "another store" }
        return table.shards.description
    }

    @Test func `a mapping names the partitions of days, in the file and in the environment`() throws {
        let variable = "AUDIT_QUERY_STORE_DYNAMODB_SHARDS"
        #expect(
            try plan(Self.yaml("{2027-06-01: 4, 2027-01-01: 8, 'a=b#2027-02-01': 2}"))
                == "2027-01-01=8, 2027-06-01=4, a=b#2027-02-01=2")
        #expect(try plan(Self.yaml("")) == "")
        #expect(
            try plan(Self.yaml("{2027-01-01: 8}"), [variable: "2028-01-01=3,s#2028-01-01=1"])
                == "2028-01-01=3, s#2028-01-01=1")
    }

    @Test(
        arguments: [
            ("8", "must be a mapping of names to texts"),
            ("{2027-01-01: 17}", "2027-01-01=17 says 17 partitions a day, and 1 to 16 can be read as one"),
            (
                "{2027-02-29: 2}",
                "2027-02-29=2 does not begin with a day (2027-01-01), or a system, # and a day"
            ),
        ])
    func `what cannot be is refused with its line`(_ shards: String, _ expected: String) throws {
        let error = #expect(throws: SettingsError.self) { try plan(Self.yaml(shards)) }
        #expect(error?.description.hasSuffix("audit-query.yaml:4: store.dynamodb.shards \(expected)") == true)
        let twice = #expect(throws: SettingsError.self) {
            try plan(Self.yaml(""), ["AUDIT_QUERY_STORE_DYNAMODB_SHARDS": "2027-01-01=2,2027-01-01=3"])
        }
        #expect(twice?.description.contains("names 2027-01-01 twice") == true)
    }

    @Test func `what is said of a plan is what it has, what is to come, and what cannot be`() throws {
        func entry(_ text: String) -> ShardPlan.Entry { try! ShardPlan.Entry(Array(text.utf8)) }
        let plan = ShardPlan([entry("2027-01-01=8")])
        let now = Day(year: 2027, month: 2, day: 1)!.start
        func states(_ wishes: ShardPlan, _ found: Result<ShardPlan, StoreError>) -> [String] {
            ShardInspection(wishes: wishes, now: now).findings(of: found).map { "\($0.0) \($0.1.prefix(50))" }
        }
        #expect(states(ShardPlan(), .success(ShardPlan())).isEmpty)
        #expect(states(plan, .success(plan)) == ["ok days are spread over shards: 2027-01-01=8"])
        let ahead = ShardPlan([entry("2027-03-01=4")])
        #expect(
            states(ahead, .success(plan)).last == "warning store.dynamodb.shards wishes 2027-03-01=4: the nex"
        )
        #expect(
            states(ahead, .success(ShardPlan())).first == "ok no day is spread over shards")
        let late = ShardPlan([entry("2027-01-01=4")])
        #expect(
            states(late, .success(plan)).last == "wrong loads are refused: store.dynamodb.shards says 2027")
        #expect(
            states(plan, .failure(StoreError(.busy, "slow"))) == [
                "wrong its plan of shards was not looked at: slow"
            ])
        #expect(
            states(plan, .failure(StoreError(.unavailable, "DynamoDB: AccessDeniedException"))).first?
                .hasPrefix("warning ") == true)
        #expect(
            ShardInspection.strays(0) == nil
                && ShardInspection.strays(1)?.hasPrefix("1 record of spread days is") == true)
    }
}
