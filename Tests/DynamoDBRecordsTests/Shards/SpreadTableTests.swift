// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DynamoDBRecords
@testable import DynamoDBStandIns
@testable import StoreConformance

/// A table whose plan spreads its days.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct SpreadTableTests {
    private static let allDays = Timestamp.startOfTime.day

    private static func made(
        _ name: String, systems: [Identifier] = [], plan: ShardPlan
    ) throws -> MotoTable.Made {
        let table = try MotoTable.made(name, at: MotoServer.shared().url, systems: systems)
        if !plan.isEmpty { try table.shards.write(plan) }
        return table
    }

    @Test(arguments: StoreConformance.checks.map(\.name))
    func `a table of spread days does what every store must`(_ name: String) throws {
        let check = try #require(StoreConformance.checks.first { $0.name == name })
        let table = try Self.made(
            "spread-\(name)", systems: ["merged", "merged#", "merged-not", "mergedé"],
            plan: ShardPlan([.init(since: Self.allDays, count: 3)]))
        try check.run(StoreConformance(store: table.store(), recordsBeforeBudgetStop: 150))
    }

    @Test func `all pages of spread days are exactly the matching records, in order, once`() {
        var tables = 0
        forAll(cases: 5) { random in
            tables += 1
            var rounds = Rounds(random: random.fork())
            rounds.size = (60, 6)
            rounds.keepsSpelling = false
            rounds.vocabulary.hasOtherSpellings = random.once(in: 2)
            let plan = ShardPlan([
                .init(since: Self.allDays, count: random.number(in: 1...16)),
                .init(
                    system: random.pick(rounds.vocabulary.systems),
                    since: random.pick(rounds.vocabulary.instants).day,
                    count: random.number(in: 1...16)),
            ])
            let table = try Self.made(
                "spread-paging-\(tables)", systems: Array(Set(rounds.vocabulary.systems)), plan: plan)
            try rounds.fill(table.store(isForWriting: true))
            try rounds.ask(table.store(), writer: table.store(isForWriting: true))
        }
    }

    private static let records = (0..<40).map { number in
        TestRecord.make(
            Identifier("id-\(10 + number)"),
            at: TestRecord.instant("2024-02-29T10:00:00Z").advanced(bySeconds: Int64(number / 3)),
            system: "s",
            user: "u", attributes: "{}")
    }
    private static let day = Day(year: 2024, month: 2, day: 29)!

    private func read(_ partition: Partition, of store: DynamoDBStore) throws -> [AuditRecord] {
        try store.read(
            PartitionRead(
                partition: partition, range: TimeRange(start: nil, end: nil), order: .ascending, after: nil,
                restriction: Restriction(scope: .all), limit: 1000, budget: .ample)
        ).records
    }

    /// A store of somebody who knows no shards.
    private func old(_ table: MotoTable.Made) -> DynamoDBStore {
        DynamoDBStore(
            table: table.table, reading: table.client, writing: table.client, isForWriting: true,
            plan: ShardPlan())
    }

    private func scan(_ table: MotoTable.Made) throws -> (found: TableScan.Progress, faults: [String]) {
        let faults = Faults()
        let plan = try table.shards.plan(deadline: .now + .seconds(60))
        let found = try TableScan(
            table: table.name, plan: plan, client: table.client, segments: 1, rate: 100_000
        )
        .run { fault in
            faults.add(fault.detail)
        } onProgress: { _ in
        }
        return (found, faults.all)
    }

    @Test func `what somebody writes who knows no shards is read, found, replaced and removed like all`()
        throws
    {
        let table = try Self.made(
            "spread-old", plan: ShardPlan([.init(system: "s", since: Self.day, count: 4)]))
        let records = Self.records
        try old(table).put(Array(records[..<20]))
        let (reader, writer) = (table.store(), table.store(isForWriting: true))
        try writer.put(Array(records[20...]))
        // One that both have written.
        try old(table).put([records[30]])
        for partition in [Partition.systemDay("s", Self.day), .user("u")] {
            #expect(try read(partition, of: reader) == records)
        }
        #expect(try reader.fetch(records.map(\.key), budget: .ample).records == records)
        #expect(try scan(table).found.strayCount == 21 && scan(table).faults.isEmpty)

        // A load looks before it writes.
        let changed = records.map {
            AuditRecord(key: $0.key, userId: $0.userId, resourceId: "another", attributes: $0.attributes)
        }
        #expect(try writer.fetch(records.map(\.key), budget: .ample).records == records)
        try writer.put(changed)
        for partition in [Partition.systemDay("s", Self.day), .resource("another")] {
            #expect(try read(partition, of: reader) == changed)
        }
        // Of the one that was in its shard too, what is elsewhere was not met.
        #expect(try scan(table).found.strayCount == 1)
        #expect(try writer.remove(changed, before: 0) == 40)
        #expect(
            try read(.user("u"), of: reader).isEmpty && read(.systemDay("s", Self.day), of: reader).isEmpty)
        #expect(try scan(table).found.itemCount == 2, "the system and the plan")
    }

    @Test func `a scan finds what is in a shard that is not read, or not its own`() throws {
        let table = try Self.made(
            "spread-wrong", plan: ShardPlan([.init(system: "s", since: Self.day, count: 4)]))
        func put(_ count: Int) throws {
            try DynamoDBStore(
                table: table.table, reading: table.client, writing: table.client, isForWriting: true,
                plan: ShardPlan([.init(since: Self.allDays, count: count)])
            ).put(Self.records + [TestRecord.make("a", at: "2024-02-28T10:00:00Z", system: "s")])
        }
        try put(4)
        #expect(
            try scan(table).faults == [
                "it is in shard \(Self.shard(of: "a", in: 4)) of a day that the table's plan spreads over none, "
                    + "so that queries for its system miss it"
            ])
        try put(16)
        let all = try scan(table)
        let shards = Self.records.map { record in
            (
                own: ShardPlan([.init(since: Self.day, count: 4)]).shard(of: record.key)!,
                other: ShardPlan([.init(since: Self.day, count: 16)]).shard(of: record.key)!
            )
        }
        #expect(all.faults.count { $0.contains("spreads over 4") } == shards.count { $0.other > 3 })
        #expect(
            all.faults.count { $0.contains("belongs into") }
                == shards.count { $0.other < 4 && $0.other != $0.own })
        #expect(all.found.faultCount == all.faults.count)
    }

    private static func shard(of id: Identifier, in count: Int) -> Int {
        ShardPlan([.init(since: allDays, count: count)]).shard(
            of: TestRecord.make(id, at: "2024-02-28T10:00:00Z", system: "s").key)!
    }

    @Test func `a load writes down what is wished and ahead, and refuses what would hide records`() throws {
        let table = try Self.made("spread-wishes", plan: ShardPlan())
        func store(_ wishes: ShardPlan) -> DynamoDBStore {
            var wished = table.table
            wished.shards = wishes
            return DynamoDBStore(
                table: wished, reading: table.client, writing: table.client, isForWriting: true)
        }
        let ahead = Day(year: 2999, month: 1, day: 1)!
        let wishes = ShardPlan([
            .init(since: ahead, count: 8), .init(system: "a#=\"é", since: ahead, count: 2),
        ])
        try store(wishes).put([Self.records[0]])
        #expect(try table.shards.plan(deadline: .now + .seconds(60)) == wishes)
        #expect(try table.shards.writtenPlan(deadline: .now + .seconds(60)) == wishes)
        // Another host's, which has not heard of it, changes nothing.
        try store(ShardPlan()).put([Self.records[1]])
        #expect(try table.shards.plan(deadline: .now + .seconds(60)) == wishes)
        let late = store(ShardPlan([.init(since: Self.day, count: 8)]))
        #expect(throws: StoreError.self) { try late.probe() }
        #expect(throws: StoreError.self) { try late.put([Self.records[2]]) }
        #expect(try read(.user("u"), of: table.store()) == Array(Self.records[..<2]))
    }

    @Test func `what is dated ahead is found, whatever becomes of the plan of its day`() throws {
        let ahead = Day(year: 2999, month: 1, day: 1)!
        let table = try Self.made("spread-ahead", plan: ShardPlan([.init(since: ahead, count: 16)]))
        let records = (10..<30).map {
            TestRecord.make(Identifier("\($0)"), at: "2999-01-05T10:00:00Z", system: "s")
        }
        try table.store(isForWriting: true).put(records)
        for count in [16, 2, 1] {
            try table.shards.write(ShardPlan([.init(since: ahead, count: count)]))
            let store = table.store()
            #expect(try read(.systemDay("s", records[0].key.instant.day), of: store) == records)
            #expect(try store.fetch(records.map(\.key), budget: .ample).records == records)
        }
    }

    @Test func `what is dated ahead, was looked up and is replaced is there`() throws {
        let ahead = Day(year: 2999, month: 1, day: 1)!
        let table = try Self.made("spread-ahead-again", plan: ShardPlan([.init(since: ahead, count: 4)]))
        let writer = table.store(isForWriting: true)
        func record(_ id: Int, _ resource: Identifier) -> AuditRecord {
            TestRecord.make(
                Identifier("\(10 + id)"), at: "2999-01-05T10:00:00Z", system: "s", resource: resource)
        }
        let first = (0..<20).map { record($0, "one") }
        let second = (0..<20).map { record($0, "two") }
        try writer.put(first)
        #expect(try writer.fetch(first.map(\.key), budget: .ample).records == first)
        try writer.put(second)
        #expect(try read(.systemDay("s", first[0].key.instant.day), of: table.store()) == second)
        #expect(try table.store().fetch(first.map(\.key), budget: .ample).records == second)
    }

    @Test func `a plan that was not answered is none that is empty`() throws {
        let key = ##"{"PK":{"S":"audit-query:shards"},"SK":{"S":"plan"}}"##
        for (operation, body) in [
            ("BatchGetItem", ##"{"Responses":{},"UnprocessedKeys":{"audit-records":{"Keys":[\##(key)]}}}"##),
            (
                "Query",
                ##"{"Items":[{"PK":{"S":"audit-query:shards"},"SK":{"S":"plan"},"entries":{"S":"2024-01-01=99"}}]}"##
            ),
            ("Query", ##"{"Items":[{"PK":{"S":"audit-query:shards"},"SK":{"S":"plan"}}]}"##),
        ] {
            try ScriptedDynamoDB.withClient({ _, _ in .init(body: body) }) { client, _ in
                let shards = TableShards(table: "audit-records", client: client)
                #expect(throws: StoreError.self) {
                    operation == "Query"
                        ? try shards.plan(deadline: .now + .milliseconds(200))
                        : try shards.writtenPlan(deadline: .now + .milliseconds(200))
                }
            }
        }
    }
}
