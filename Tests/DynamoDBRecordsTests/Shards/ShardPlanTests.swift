// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DynamoDBRecords
@testable import StoreConformance

/// What says over how many partitions a system's day is spread.
@Suite struct ShardPlanTests {
    private static func day(_ text: String) -> Day { try! Day.parse(Array(text.utf8)) }

    static func plan(_ entries: String...) -> ShardPlan {
        ShardPlan(entries.map { try! ShardPlan.Entry(Array($0.utf8)) })
    }

    @Test func `a system's own entry goes before that of all, once it has begun`() {
        let plan = Self.plan("2027-01-01=8", "2027-06-01=4", "a#b#2027-03-01=2", "a#b#2027-09-01=1")
        func counts(_ system: Identifier) -> [Int] {
            [
                "2026-12-31", "2027-01-01", "2027-02-28", "2027-03-01", "2027-06-01", "2027-08-31",
                "2027-09-01",
            ].map {
                plan.count(of: system, on: Self.day($0))
            }
        }
        #expect(counts("crm") == [1, 8, 8, 8, 4, 4, 4])
        #expect(counts("a#b") == [1, 8, 8, 2, 2, 2, 1])
        #expect(ShardPlan().count(of: "crm", on: Self.day("2027-01-01")) == 1 && ShardPlan().isEmpty)
    }

    /// What other programs have to agree with: `zlib.crc32(sort_key) % count` in Python.
    @Test func `a record's shard is the CRC-32 of its sort key`() throws {
        let key = try RecordKey(
            systemId: "s", timestamp: Array("2024-01-31T10:00:00.000Z".utf8), auditId: "id-3")
        let other = try RecordKey(
            systemId: "s", timestamp: Array("2024-01-31T10:00:00.123456789Z".utf8), auditId: "日本")
        #expect([2, 8, 16].map { Self.plan("2024-01-01=\($0)").shard(of: key) } == [1, 5, 13])
        #expect([2, 8, 16].map { Self.plan("2024-01-01=\($0)").shard(of: other) } == [0, 4, 12])
        #expect(
            Self.plan("2024-02-01=8").shard(of: key) == nil && Self.plan("2024-01-01=1").shard(of: key) == nil
        )
    }

    @Test(arguments: [2, 3, 8, 16])
    func `records that count on are spread evenly`(_ count: Int) {
        let plan = Self.plan("2024-01-01=\(count)")
        var counts: [Int: Int] = [:]
        for number in 0..<20_000 {
            let key = RecordKey(
                systemId: "s",
                instant: TestRecord.instant("2024-01-31T10:00:00Z").advanced(
                    bySeconds: Int64(number / 100), nanoseconds: Int32(number % 100) * 10_000_000),
                auditId: Identifier("\(number)"))
            counts[plan.shard(of: key)!, default: 0] += 1
        }
        let mean = Double(20_000 / count)
        #expect(Set(counts.keys) == Set(0..<count))
        #expect(counts.values.allSatisfy { abs(Double($0) - mean) < 6 * mean.squareRoot() }, "\(counts)")
    }

    @Test func `every partition key is read back, and none is another's`() throws {
        var seen: [[UInt8]: String] = [:]
        let days = ["2024-02-29", "0001-01-01", "9999-12-31"].map(Self.day)
        let systems: [Identifier] = [
            "s", "s#1", "s#2024-02-29", "s#2024-02-29#1", "#", "#2024-02-29", "2024-02-29", "s#15",
            "s#9999-12-31#2024-02-29",
        ]
        for system in systems {
            for day in days {
                for shard in [nil, 0, 1, 9, 10, 15] as [Int?] {
                    let text = SystemDay.text(system, day, shard: shard)
                    let name = "\(system) \(day) \(shard as Any)"
                    #expect(seen.updateValue(name, forKey: text) == nil, "\(name)")
                    let parsed = try SystemDay.parse(text[...])
                    #expect(
                        parsed.systemId == system && parsed.day == day && parsed.shard == shard, "\(name)")
                }
            }
        }
    }

    @Test(arguments: [
        "s#2024-02-29#", "s#2024-02-29#01", "s#2024-02-29#100", "s#2024-02-29#a", "s#2024-02-30#1",
        "#2024-02-29#1",
    ])
    func `what is no shard is none`(_ text: String) {
        #expect(throws: KeyFault.self) { try SystemDay.parse(Array(text.utf8)[...]) }
    }

    @Test(
        arguments: [
            ("2027-01-01", "does not end with = and a number of partitions"),
            ("2027-01-01=0", "says 0 partitions a day, and 1 to 16 can be read as one"),
            ("2027-01-01=17", "says 17 partitions a day, and 1 to 16 can be read as one"),
            ("=2", "does not begin with a day (2027-01-01), or a system, # and a day"),
            ("a#2027-02-29=2", "does not begin with a day (2027-01-01), or a system, # and a day"),
            ("a#2027-01-01#3=2", "does not begin with a day (2027-01-01), or a system, # and a day"),
            ("a\u{1}#2027-01-01=2", "names a system that has the control character U+0001"),
        ])
    func `an entry that cannot be is refused`(_ text: String, _ expected: String) {
        let fault = #expect(throws: ShardPlanFault.self) { try ShardPlan.Entry(Array(text.utf8)) }
        #expect(fault?.description == expected)
    }

    @Test func `what is ahead may change, and what has begun may not`() throws {
        let now = TestRecord.instant("2027-02-28T23:00:00Z")
        let plan = Self.plan("2027-01-01=8", "2027-03-01=2")
        func with(_ wishes: String..., at time: Timestamp = now) throws -> String {
            try plan.with(ShardPlan(wishes.map { try! ShardPlan.Entry(Array($0.utf8)) }), now: time)
                .description
        }
        #expect(try with() == "2027-01-01=8, 2027-03-01=2")
        #expect(
            try with("2027-01-01=8", "2027-03-01=4", "s#2027-03-02=3")
                == "2027-01-01=8, 2027-03-01=4, s#2027-03-02=3")
        let late = now.advanced(bySeconds: 0, nanoseconds: 1)
        #expect(try with("2027-03-01=2", at: late) == plan.description)
        for (wish, time) in [
            ("2027-03-01=4", late), ("2027-01-01=16", now), ("2027-01-01=1", now), ("s#2027-01-01=8", now),
            ("2020-01-01=4", now),
        ] {
            let error = #expect(throws: StoreError.self) { try with(wish, at: time) }
            #expect(error?.description.contains("store.dynamodb.shards says \(wish)") == true)
        }
    }

    @Test func `a plan that cannot be read is an error, and an old one serves for half an hour`() throws {
        let clock = Mutex(ContinuousClock.now)
        let answers = Mutex<[Result<Int, StoreError>]>([])
        let remembered = Remembered<Int>(
            freshness: .seconds(60), staleness: TableShards.notice / 2, now: { clock.withLock { $0 } }
        ) { _ throws(StoreError) in
            try answers.withLock {
                $0.isEmpty ? .failure(StoreError(.unavailable, "down")) : $0.removeFirst()
            }.get()
        }
        func pass(_ seconds: Int) { clock.withLock { $0 += .seconds(seconds) } }
        #expect(throws: StoreError.self) { try remembered.value() }
        answers.withLock { $0 = [.success(1), .success(2)] }
        #expect(try remembered.value() == 1)
        pass(59)
        #expect(try remembered.value() == 1)
        pass(2)
        #expect(try remembered.value() == 2)
        pass(1799)
        #expect(try remembered.value() == 2)
        pass(2)
        #expect(throws: StoreError.self) { try remembered.value() }
    }
}
