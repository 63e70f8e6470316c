import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DynamoDBRecords
@testable import DynamoDBStandIns
@testable import StoreConformance

/// Pages of filtered questions, each with every limit, from DynamoDB.
@Suite struct FilterRoundsTests {
    @Test
    func
        `pages of every limit, of a model of the table, are what a plain reader finds by looking at everything`()
    {
        var (asked, telling) = (0, 0)
        forAll(cases: 30) { random in
            let days =
                random.once(in: 2)
                ? [ShardPlan.Entry(since: Timestamp.startOfTime.day, count: random.number(in: 2...4))] : []
            let store = TableModel(
                random: random.fork(), plan: ShardPlan(days), hasOldWriters: random.once(in: 2))
            var rounds = FilterRounds(random: random.fork())
            try rounds.fill(store)
            try rounds.ask(store)
            (asked, telling) = (asked + rounds.counts.asked, telling + rounds.counts.telling)
        }
        #expect(telling * 4 > asked, "\(telling) of \(asked) filters let some records through and not others")
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
    func `pages of every limit, of an emulator, are what a plain reader finds by looking at everything`()
        throws
    {
        let url = try MotoServer.shared().url
        var tables = 0
        forAll(cases: 3) { random in
            tables += 1
            let table = try MotoTable.made("filter-rounds-\(tables)", at: url, systems: FilterRounds.systems)
            if random.once(in: 2) {
                try table.shards.write(ShardPlan([.init(since: Timestamp.startOfTime.day, count: 2)]))
            }
            var rounds = FilterRounds(random: random.fork())
            rounds.size = (14, 3)
            try rounds.fill(table.store(isForWriting: true))
            try rounds.ask(table.store())
        }
    }
}
