import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance
@testable import DynamoDBRecords
@testable import DynamoDBStandIns

/// What a read of DynamoDB tells of itself: the Query that was sent.
@Suite struct DynamoDBTraceTests {
    private func told(_ partition: Partition, _ restriction: Restriction) throws -> [TracedRead.Group] {
        let trace = ReadTrace()
        var read = PartitionRead(
            partition: partition,
            range: TimeRange(start: TestRecord.instant("2024-01-31T00:00:00Z"), end: nil),
            order: .ascending, after: nil, restriction: restriction, limit: 10, budget: .ample)
        read.trace = trace
        return try ScriptedDynamoDB.with({ _, _ in .init(body: #"{"Items":[],"ScannedCount":7,"Count":0}"#) })
        {
            store, _ in
            _ = try store.read(read)
            return trace.read.groups
        }
    }

    @Test func `an index is told with its bounds, its filter, and the items that were looked at`() throws {
        let groups = try told(.user("alice"), Restriction(systemId: "billing", scope: .all))
        let group = try #require(groups.first)
        #expect(groups.count == 1 && group.cost == AccessCost(looked: 7))
        #expect(group.first.index == "GSI1 of the table audit-records")
        #expect(
            group.first.bounds == ##"GS1_PK = "#alice" AND GS1_SK >= :l, :l = "2024-01-31T00:00:00+""##)
        #expect(
            group.first.condition
                == ##"FilterExpression begins_with(PK, :s0) AND size(PK) <= :n0, :s0 = "billing#", :n0 = 21"##
        )
    }

    @Test func `a day of all systems is told system by system`() throws {
        let day = TestRecord.instant("2024-01-31T00:00:00Z").day
        let scope = SystemScope(patterns: ["billing", "crm"])
        let groups = try told(.day(day), Restriction(scope: scope))
        #expect(groups.map(\.first.index) == ["the table audit-records"] && groups[0].count == 2)
        #expect(groups[0].cost.looked == 14 && groups[0].first.condition == nil)
        // Both are read at once, and either may be the first.
        let bounds = [groups[0].first.bounds, groups[0].last.bounds].sorted()
        #expect(bounds[0].hasPrefix(##"PK = "billing#2024-01-31" AND SK"##))
        #expect(bounds[1].hasPrefix(##"PK = "crm#2024-01-31" AND SK"##))
    }
}
