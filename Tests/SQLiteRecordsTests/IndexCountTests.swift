import GRDB
import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// What is counted by indexes alone is what reading the records would count.
@Suite struct IndexCountTests {
    /// What groups may be made of without a look at records.
    private static let keys: [GroupKey] = [
        .time(.hour), .time(.day), .time(.month), .systemId, .userId, .resourceId,
    ]

    private static func count(
        _ query: RecordQuery, by keys: [GroupKey], scope: SystemScope = .all, budget: Budget = .ample
    ) -> IndexCount? {
        CountQuery(query, by: keys).indexCount(scope: scope, budget: budget, seesAll: true)
    }

    /// All parts of a count, by indexes alone; nil where the store does not count so.
    private static func tally(
        _ store: SQLiteStore, _ query: RecordQuery, by keys: [GroupKey], scope: SystemScope, budget: Budget
    ) throws -> Tally? {
        var (next, tally, parts) = (query, Tally(by: GroupKey.normalized(keys)), 0)
        while let count = count(next, by: keys, scope: scope, budget: budget) {
            guard let counted = try store.count(count) else { return nil }
            tally.add(counted.tally)
            guard let resume = counted.resume else { return tally }
            try require(next.after.map { resume < $0 } ?? true, "a part ends at \(resume), no step further")
            next.after = resume
            parts += 1
            try require(parts < 5000, "no end after 5000 parts")
        }
        return nil
    }

    @Test func `counts are those of records that are looked at one by one, in parts of every size`() throws {
        let counted = Mutex(0)
        forAll(cases: 25) { random in
            let folder = try TemporaryFolder()
            let store = SQLiteStore(writing: folder.file("audit.db"))
            let vocabulary = Vocabulary(&random)
            let records = (0..<random.number(in: 0...300)).map { _ in vocabulary.record(&random) }
            try store.put(records)
            var model = RecordModel()
            model.put(records)
            for _ in 0..<40 {
                var query = vocabulary.query(&random)
                (query.filter, query.order) = (nil, .descending)
                let first = random.pick(Self.keys)
                let second = random.pick(Self.keys.filter { $0 != first })
                let keys = Array([first, second].prefix(random.number(below: 3)))
                let scope = vocabulary.scope(&random)
                let budget: Budget = random.once(in: 2) ? .ample : .spent
                guard let found = try Self.tally(store, query, by: keys, scope: scope, budget: budget) else {
                    continue
                }
                counted.withLock { $0 += 1 }
                let expected = try ReferenceCount.groups(
                    of: model.matching(query, scope: scope), by: keys.map(\.description))
                try require(
                    ReferenceCount.groups(of: found) == expected.groups && found.count == expected.count,
                    "\(query) by \(keys): \(found), not \(expected)")
            }
        }
        #expect(counted.withLock { $0 } > 400)
    }

    @Test func `what no index has is not counted so, nor in a file of an earlier version`() throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        try store.put([TestRecord.make("a", at: "2024-02-29T12:00:00Z", system: "s", user: "u")])
        let range = TimeRange(start: TestRecord.instant("2024-02-01T00:00:00Z"), end: nil)
        let all = RecordQuery(range: range)
        let user = RecordQuery(userId: "u", range: range)
        for (query, keys) in [
            (all, []), (all, [.time(.day), .userId]), (all, [.systemId, .resourceId]), (user, [.userId]),
            (user, [.time(.month), .systemId]), (RecordQuery(resourceId: "resource"), [.time(.day)]),
        ] as [(RecordQuery, [GroupKey])] {
            let count = try #require(Self.count(query, by: keys))
            #expect(try store.count(count)?.tally.count == 1, "\(keys)")
        }
        for (query, keys) in [
            (all, [.userId, .resourceId]), (user, [.resourceId]),
            (RecordQuery(resourceId: "resource"), [.userId]),
        ] as [(RecordQuery, [GroupKey])] {
            let count = try #require(Self.count(query, by: keys))
            #expect(try store.count(count) == nil, "\(keys)")
        }
        let attribute = GroupKey.attribute(AttributePath(name: "day"))
        #expect(Self.count(all, by: [.auditId]) == nil && Self.count(all, by: [.auditId, attribute]) == nil)
        #expect(
            CountQuery(all, by: [attribute]).indexCount(scope: .all, budget: .ample, seesAll: false) == nil)
        let path = folder.file("earlier.db")
        try EarlierFile(version: 2).make(path)
        let earlier = SQLiteStore(reading: path)
        let plain = try #require(Self.count(all, by: []))
        #expect(try earlier.count(plain) == nil)
        #expect(
            try Paging(store: earlier, scope: .all).tally(
                of: RecordQuery(
                    range: TimeRange(start: range.start, end: TestRecord.instant("2024-03-01T00:00:00Z"))),
                by: ["day"]
            ).count == 0)
    }

    @Test func `many names are searched only where there are more records than names`() throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        let start = TestRecord.instant("2024-02-29T00:00:00Z")
        try store.put(
            (0..<1500).map { index in
                TestRecord.make(
                    "a", at: start.advanced(bySeconds: Int64(index)), user: Identifier("u\(index)"))
            })
        let whole = TimeRange(start: start, end: start.advanced(bySeconds: 86_400))
        let short = TimeRange(start: start, end: start.advanced(bySeconds: 100))
        let (long, brief) = (
            try #require(Self.count(RecordQuery(range: whole), by: [.userId])),
            try #require(Self.count(RecordQuery(range: short), by: [.userId]))
        )
        let counted = try store.count(long)
        #expect(counted?.tally.groups.count == 1500)
        #expect(try store.count(brief) == nil)
        let paging = Paging(store: store, scope: .all)
        #expect(try paging.tally(of: RecordQuery(range: short), by: ["userId"]).groups.count == 100)
    }

    @Test func `an index has all that a count asks for`() throws {
        let database = try DatabaseQueue()
        try database.write { try $0.execute(sql: SQLiteSchema.statements) }
        for (query, keys, name) in [
            (RecordQuery(), [], "system"), (RecordQuery(userId: "u"), [], "user"),
            (RecordQuery(resourceId: "r"), [], "resource"), (RecordQuery(), [GroupKey.userId], "user"),
        ] as [(RecordQuery, [GroupKey], String)] {
            let count = try #require(Self.count(query, by: keys))
            let index = try #require(CountIndex(count))
            let plan =
                "SEARCH entries USING COVERING INDEX entries_by_\(name) (\(name)=? AND (instant,nanoseconds)>(?,?) "
                + "AND (instant,nanoseconds)<(?,?))"
            for sql in [index.countOfRecords, index.lastOfRecords] {
                let found = try database.read { database in
                    let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
                    statement.setUncheckedArguments([])
                    return try Row.fetchAll(statement).map { $0["detail"] as String }
                }
                #expect(found == [plan])
            }
        }
    }
}
