// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import Foundation
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// Reads that hold a filter against rows: no answer is another one by that.
@Suite struct SievedReadTests {
    let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }
    private static let start = TestRecord.instant("2024-02-29T12:00:00Z")

    // MARK: Whatever is stored, asked, hidden and damaged

    @Test func `pages have what passes, and say what is damaged, whatever rows are left out unmade`() {
        forAll(cases: 15) { random in
            let folder = try TemporaryFolder()
            var world = DamagedWorld(folder.file("audit.db"), &random)
            for _ in 0..<random.number(in: 1...3) {
                try world.put(random.number(in: 1...250), &random)
                if random.once(in: 3) { try world.damage(random.number(in: 1...4), &random) }
                for _ in 0..<12 { try Self.check(&world, &random) }
            }
        }
    }

    private static func check(_ world: inout DamagedWorld, _ random: inout SplitMix64) throws {
        let hidden = random.once(in: 3) ? try AttributePath(random.pick(["a", "b", "a.b", "\"x.y\""])) : nil
        let sight: Sight? = hidden.map { hidden in
            { @Sendable record in
                guard let tree = try? Tree(json: record.attributes) else { return record.attributes }
                return Array(tree.without(hidden.names[...]).plainText.utf8)
            }
        }
        let scope = world.vocabulary.scope(&random)
        var query = world.vocabulary.query(&random)
        query.filter = nil
        let search = random.once(in: 6) ? query.search : nil
        query.search = nil
        let read = world.model.matching(query, scope: scope)
        query.search = search
        let filter = try filter(&world, &random)
        let all = world.model.matching(query, scope: scope)
        query.filter = filter
        let store = SQLiteStore(reading: world.path, readers: 1)
        var paging = Paging(store: store, scope: scope)
        paging.sight = sight
        if let hidden { paging.isVisible = { !$0.names.starts(with: hidden.names) } }
        if random.once(in: 3) { paging.budget = { (.spent, { .now }) } }
        if random.once(in: 4) {
            paging.memory = AnswerMemory(.init(answer: 3000, unasked: 1000, reserved: 1 << 20))
        }
        let damaged = read.filter { world.damaged.contains($0.key) }
        // Of one whose user or resource is enough, nobody has to read the rest.
        let sieve = sight == nil ? RecordSieve(filter) : nil
        let isTold = damaged.contains { record in
            guard let sieve else { return true }
            return !sieve.known(user: record.userId).leavesOut
                && !sieve.known(resource: record.resourceId).leavesOut
        }
        do throws(any Error) {
            let found = try paging.records(of: query)
            try require(!isTold, "a damaged row is left out by \(filter)")
            let expected = try all.filter { record in
                try filter.matches(record, attributes: try sight?(record) ?? record.attributes)
            }
            try requireEqual(found, expected, query)
            let reader = PageReader(
                store: store, memory: .unshared, sight: sight, isVisible: paging.isVisible, now: { .now })
            try Self.requireCount(expected.count, reader, query, scope)
        } catch let error as StoreError {
            try require(!damaged.isEmpty && error.code == .unreadable, "\(error)")
        }
    }

    /// Any filter, or one beside a comparison with a name that a record has.
    private static func filter(
        _ world: inout DamagedWorld, _ random: inout SplitMix64
    ) throws -> RecordFilter {
        var text = world.source.text(world.source.filter(6))
        if random.once(in: 2), let record = world.model.records.values.randomElement(using: &random) {
            let (field, name) = random.pick([("userId", record.userId), ("resourceId", record.resourceId)])
            let quoted = try JSONEncoder().encode(String(decoding: name.bytes, as: UTF8.self))
            let comparison =
                "\(field) \(random.pick(["eq", "ne", "sw"])) \(String(decoding: quoted, as: UTF8.self))"
            text = "\(comparison) \(random.pick(["and", "or"])) (\(text))"
            if random.once(in: 3) { text = "not (\(text))" }
        }
        return try RecordFilter(Array(text.utf8))
    }

    private static func requireCount(
        _ expected: Int, _ reader: PageReader, _ query: RecordQuery, _ scope: SystemScope
    ) throws {
        guard query.order == .descending else { return }
        var (question, count) = (CountQuery(query), 0)
        try untilDone("the last part of \(query)") {
            let part = try reader.part(of: question, scope: scope, budget: .ample)
            count += part.tally.count
            question.records.after = part.resume
            return !question.isContinued
        }
        try require(count == expected, "\(count) counted instead of \(expected) for \(query)")
    }

    // MARK: What is left out

    private func records(_ count: Int, _ attributes: (Int) -> String) -> [AuditRecord] {
        (0..<count).map { number in
            TestRecord.make(
                Identifier("id-\(10_000 + number)"),
                at: Self.start.advanced(
                    bySeconds: Int64(number / 7), nanoseconds: Int32(number % 7) * 300_000),
                system: "s", attributes: attributes(number))
        }
    }

    private func read(
        _ filter: String, _ order: AuditRecords.SortOrder, limit: Int = 100, budget: Budget = .ample
    ) throws -> PartitionRun {
        var read = PartitionRead(
            partition: .user("user"), range: TimeRange(start: nil, end: nil), order: order, after: nil,
            restriction: Restriction(scope: .all), limit: limit, budget: budget)
        read.sieve = RecordSieve(try RecordFilter(Array(filter.utf8)))
        return try SQLiteStore(reading: path, readers: 1).read(read)
    }

    @Test(arguments: AuditRecords.SortOrder.allCases)
    func `what does not pass is left out by the store, but for the one row that told the shape`(
        _ order: AuditRecords.SortOrder
    ) throws {
        try SQLiteStore(writing: path).put(records(20_000) { "{\"n\":\($0),\"b\":{\"c\":\"x\($0 % 100)\"}}" })
        for filter in ["n eq 12345", "b[c eq \"none\" or n pr]", "b.c eq \"none\"", "not (n lt 19999)"] {
            let run = try read(filter, order)
            #expect(run.resume == nil && run.records.count + run.leftOut == 20_000)
            #expect(run.records.count <= 2, "\(filter)")
        }
        let some = try read("b.c eq \"x45\"", order, limit: 3)
        #expect(some.records.count == 3 && some.leftOut < 20_000 && some.resume != nil)
        // A user is one number for all of his rows.
        #expect(try read("userId eq \"somebody\"", order).records.count <= 1)
        #expect(try read("resourceId eq \"resource\"", order, limit: 20_001).leftOut == 0)
    }

    @Test(arguments: AuditRecords.SortOrder.allCases)
    func `a read whose time is over ends after some rows, and goes on behind them`(
        _ order: AuditRecords.SortOrder
    ) throws {
        let all = records(5000) { "{\"n\":\($0)}" }
        try SQLiteStore(writing: path).put(all)
        let run = try read("n lt 0", order, budget: .spent)
        let resume = try #require(run.resume)
        let passed = all.filter { order.areInOrder($0.key, resume) || $0.key == resume }.count
        #expect(passed > 0 && passed < 1000 && run.leftOut + run.records.count < 1000)
    }

    /// Nobody looks at the clock while a statement runs.
    @Test func `a run of a statement judges some megabytes, and lets pass what lies behind`() throws {
        let long = String(repeating: "x", count: 400_000)
        try SQLiteStore(writing: path).put(records(30) { "{\"n\":\($0),\"a\":\"\(long)\"}" })
        let run = try read("none pr", .ascending)
        #expect(run.leftOut == 21 && run.records.count == 9, "\(run.leftOut), \(run.records.count)")
    }

    @Test func `all records of one instant are divided between their ids`() throws {
        let all = (0..<3000).map { number in
            TestRecord.make(
                Identifier("id-\(10_000 + number)"), at: Self.start, system: "s",
                attributes: "{\"n\":\(number)}")
        }
        try SQLiteStore(writing: path).put(all)
        for order in AuditRecords.SortOrder.allCases {
            let run = try read("n eq 1500", order)
            #expect(run.records.map(\.key.auditId).contains("id-11500"))
            #expect(run.leftOut >= 2998 && run.resume == nil)
        }
    }
}
