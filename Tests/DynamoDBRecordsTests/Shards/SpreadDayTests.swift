// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DemoData
@testable import DynamoDBRecords
@testable import DynamoDBStandIns
@testable import StoreConformance

/// Days that are several partitions, merged.
@Suite struct SpreadDayTests {
    /// A plan for some days around those of records, of all systems or one.
    private static func plan(_ rounds: Rounds, _ random: inout SplitMix64) -> ShardPlan {
        let days = rounds.vocabulary.instants.map { $0.day.daysSince1970 }
        let entries = (0..<random.number(in: 1...4)).map { _ in
            ShardPlan.Entry(
                system: random.once(in: 2) ? random.pick(rounds.vocabulary.systems) : nil,
                since: Day(
                    daysSince1970: max(
                        Timestamp.startOfTime.day.daysSince1970, random.pick(days) - random.number(below: 2))),
                count: random.number(in: 1...16))
        }
        return ShardPlan(entries)
    }

    @Test(arguments: [false, true])
    func `all pages of spread days are exactly the matching records, in order, once, whoever wrote them`(
        _ hasOtherSpellings: Bool
    ) {
        forAll(cases: 20) { random in
            var rounds = Rounds(random: random.fork())
            rounds.size = (120, 8)
            rounds.vocabulary.hasOtherSpellings = hasOtherSpellings
            let store = TableModel(
                random: random.fork(), plan: Self.plan(rounds, &random), hasOldWriters: random.once(in: 2))
            try rounds.fill(store)
            try rounds.ask(store, writer: store)
        }
    }

    @Test
    func `a client that pages while days begin to be spread misses nothing, and is shown nothing twice`() {
        forAll(cases: 15) { random in
            var rounds = Rounds(random: random.fork())
            rounds.size = (80, 8)
            let store = TableModel(random: random.fork(), hasOldWriters: random.once(in: 2))
            try rounds.fill(store)
            let plan = Self.plan(rounds, &random)
            var left = random.number(below: 20)
            try rounds.ask(store, writer: store) { query, _ in
                left -= 1
                if left == 0 { store.plan = plan }
                return query
            }
        }
    }

    @Test(arguments: StoreConformance.checks.map(\.name))
    func `spread days do what every store must`(_ name: String) throws {
        let check = try #require(StoreConformance.checks.first { $0.name == name })
        let store = TableModel(
            random: SplitMix64(seed: 1), plan: ShardPlan([.init(since: Timestamp.startOfTime.day, count: 5)]))
        try check.run(StoreConformance(store: store, recordsBeforeBudgetStop: 150))
    }

    /// Records of one instant, which differ in their ids alone, in all shards.
    @Test(arguments: SortOrder.allCases, [1, 2, 7, 100])
    func `records of one instant come in the order of their ids, whatever their shards`(
        _ order: SortOrder, _ limit: Int
    ) throws {
        let store = TableModel(
            random: SplitMix64(seed: 2), plan: ShardPlan([.init(since: Timestamp.startOfTime.day, count: 16)])
        )
        let records = (0..<60).map {
            TestRecord.make(Identifier("id-\(10 + $0)"), at: "2024-02-29T12:00:00Z", system: "s")
        }
        try store.put(records.shuffled())
        #expect(Set(records.map { store.plan.shard(of: $0.key) }).count == 16)
        let day = Day(year: 2024, month: 2, day: 29)!
        let query = RecordQuery(systemId: "s", range: day.range, order: order, limit: limit)
        let found = try Paging(store: store, scope: .all).records(of: query)
        #expect(found == (order == .ascending ? records : records.reversed()))
    }

    /// Who knows no shards puts a third of them, and again beside the shard what is in one.
    @Test(arguments: SortOrder.allCases, [1, 2, 7, 100])
    func `a record that stands in two partitions of its day is shown once`(
        _ order: SortOrder, _ limit: Int
    ) throws {
        let store = TableModel(
            random: SplitMix64(seed: 3), plan: ShardPlan([.init(since: Timestamp.startOfTime.day, count: 4)]),
            hasOldWriters: true)
        let records = (0..<60).map {
            TestRecord.make(
                Identifier("id-\(10 + $0)"), at: Timestamp(seconds: 1_709_208_000 + Int64($0 / 3)),
                system: "s")
        }
        for _ in 0..<4 { try store.put(records) }
        let day = Day(year: 2024, month: 2, day: 29)!
        let query = RecordQuery(systemId: "s", range: day.range, order: order, limit: limit)
        let found = try Paging(store: store, scope: .all).records(of: query)
        #expect(found == (order == .ascending ? records : records.reversed()))
    }

    /// A page takes one request of each partition at once: the second round trip comes with one page in many.
    @Test func `a page of a spread day takes one round`() throws {
        let day = Day(year: 2024, month: 2, day: 29)!
        let plan = ShardPlan([.init(since: day, count: 8)])
        let all = (0..<2000).map {
            TestRecord.make(
                Identifier("id-\($0)"), at: day.start.advanced(bySeconds: Int64($0 * 40)), system: "s")
        }
        var rounds: [Int] = []
        for page in 0..<19 {
            let read = PartitionRead(
                partition: .systemDay("s", day),
                range: TimeRange(start: day.start.advanced(bySeconds: Int64(page * 4000)), end: nil),
                order: .ascending, after: nil, restriction: Restriction(scope: .all), limit: 101,
                budget: .ample)
            var count = 0
            var run = DayRun(read, of: day, systems: ["s"], plan: plan) { parts in
                count += 1
                return parts.map { part in
                    let own = all[(page * 100)...].filter { record in
                        plan.shard(of: record.key) == part.shard
                            && (part.read.after.map { $0 < record.key } ?? true)
                    }
                    let some = Array(own.prefix(part.read.limit))
                    return .success(
                        PartitionRun(records: some, resume: some.count < own.count ? some.last?.key : nil))
                }
            }
            let records = try run.page().records
            #expect(records == Array(all[(page * 100)...].prefix(101)))
            rounds.append(count)
        }
        #expect(rounds.count { $0 > 1 } <= 2, "\(rounds)")
    }
}
