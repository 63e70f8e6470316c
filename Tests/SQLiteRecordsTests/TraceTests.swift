// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// What a read tells of itself: the index that was asked, and what was looked at.
@Suite struct TraceTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }
    private static let start = TestRecord.instant("2024-02-29T12:00:00Z")

    private func fill(indexes: SQLiteIndexes = SQLiteIndexes()) throws -> SQLiteStore {
        let store = SQLiteStore(writing: path, indexes: indexes)
        try store.put((0..<90).map(Self.record))
        try store.completeIndexes()
        return store
    }

    private static func record(_ number: Int) -> AuditRecord {
        let system: Identifier = number % 3 == 0 ? "crm" : "billing"
        let user: Identifier = number % 2 == 0 ? "u" : "v"
        return TestRecord.make(
            Identifier("id-\(number)"), at: start.advanced(bySeconds: Int64(number)), system: system,
            user: user, attributes: "{\"a\":\"x\(number % 10)\",\"note\":\"plain\"}")
    }

    private func traced(_ query: RecordQuery) throws -> (RecordPage, TracedRead) {
        var reader = PageReader(store: SQLiteStore(reading: path), now: { .now })
        let trace = ReadTrace()
        reader.trace = trace
        return (try reader.page(of: query, scope: .all, budget: .ample), trace.read)
    }

    private func filter(_ text: String) throws -> RecordFilter { try RecordFilter(Array(text.utf8)) }

    @Test func `a user's own index is told, how many systems it merges, and each row that is looked at`()
        throws
    {
        _ = try fill()
        let (page, read) = try traced(RecordQuery(userId: "u", order: .ascending, limit: 100))
        #expect(page.records.count == 45 && read.kept == 45 && read.pages == 1 && read.stop == .end)
        let group = try #require(read.groups.first)
        #expect(read.groups.count == 1 && group.first.index == "entries_by_user of entries")
        #expect(group.first.bounds == "user u" && group.first.condition == nil)
        #expect(group.cost == AccessCost(merged: 2, looked: 45, passed: 45, bytes: page.records.byteCount))
        #expect(read.plan?.steps.map(\.partition) == [.user("u")])
    }

    @Test func `the index of an attribute is told where it is asked, and not while it is incomplete`() throws
    {
        let indexes = SQLiteIndexes(attributes: [try AttributePath("a")])
        let store = try fill(indexes: indexes)
        let query = RecordQuery(userId: "u", filter: try filter("a eq \"x4\""), order: .ascending)
        let (page, read) = try traced(query)
        #expect(page.records.count == 9 && read.kept == 9 && read.looked == 9)
        let access = try #require(read.groups.first?.first)
        #expect(access.index == "attribute_1_keys, the index of a")
        #expect(access.bounds == "value \"x4\"" && access.condition == "user u, by the record")
        #expect(read.groups[0].cost.looked == 9)
        try store.database.write { database, _ in
            try database.execute(sql: "UPDATE attribute_indexes SET indexed = 3")
        }
        let (same, without) = try traced(query)
        #expect(same.records == page.records)
        #expect(without.groups.map(\.first.index) == ["entries_by_user of entries"])
        #expect(without.looked == 45 && without.kept == 9)
    }

    @Test func `days of a system are reads of one kind, from the first to the last`() throws {
        _ = try fill()
        let range = TimeRange(
            start: Self.start.day.start, end: Day(daysSince1970: Self.start.day.daysSince1970 + 2).start)
        let (_, read) = try traced(RecordQuery(systemId: "crm", range: range, order: .ascending))
        #expect(read.plan?.steps.count == 2 && read.groups.count == 1 && read.groups[0].count == 2)
        #expect(read.groups[0].first.bounds.hasPrefix("system crm, 2024-02-29, from 2024-02-29T00:00:00"))
        #expect(read.groups[0].last.bounds.hasPrefix("system crm, 2024-03-01"))
        #expect(read.groups[0].cost.looked == 30)
    }

    @Test func `words are told, and counts by an index without a record`() throws {
        let store = SQLiteStore(writing: path, indexes: SQLiteIndexes(text: true))
        try store.put(
            (0..<3000).map { (number: Int) -> AuditRecord in
                let word = number == 2900 ? "sought" : "none"
                return TestRecord.make(
                    Identifier("id-\(number)"), at: Self.start.advanced(bySeconds: Int64(number)),
                    user: "u", attributes: "{\"a\":\"\(word)\"}")
            })
        let search = try RecordSearch(Array("sought".utf8))
        let (page, read) = try traced(RecordQuery(userId: "u", search: search, order: .ascending))
        #expect(page.records.count == 1)
        let words = try #require(read.groups.last)
        #expect(words.first.index == "text_index, the index of words" && words.cost.looked == 1)
        var reader = PageReader(store: store, now: { .now })
        reader.trace = ReadTrace()
        _ = try reader.part(
            of: CountQuery(RecordQuery(userId: "u")), scope: .all, budget: .ample)
        let counted = try #require(reader.trace?.read)
        #expect(counted.plan == nil && counted.kept == 3000 && counted.looked == 0)
        #expect(counted.groups.map(\.first.index) == ["entries_by_user of entries, counted without records"])
        #expect(counted.groups.map(\.first.bounds) == ["user u"] && counted.groups[0].cost.looked == 3000)
    }

    @Test func `what is told of any question adds up to what its pages say`() throws {
        var number = 0
        forAll(cases: 20) { random in
            number += 1
            let path = folder.file("random-\(number).db")
            let vocabulary = Vocabulary(&random)
            let records = (0..<random.number(in: 1...60)).map { _ in vocabulary.record(&random) }
            try SQLiteStore(writing: path).put(records)
            var reader = PageReader(store: SQLiteStore(reading: path), now: { .now })
            let trace = ReadTrace()
            reader.trace = trace
            var query = RecordQuery(
                userId: random.pick(records).userId, order: random.pick([.ascending, .descending]),
                limit: random.number(in: 1...7))
            var (kept, pages) = (0, 0)
            try untilDone("the last page") {
                let page = try reader.page(of: query, scope: .all, budget: .ample)
                (kept, pages) = (kept + page.records.count, pages + 1)
                query.after = page.resume
                return page.resume == nil
            }
            let read = trace.read
            try require(read.kept == kept && read.pages == pages, "\(read)")
            let passed = read.groups.map(\.cost.passed).reduce(0, +)
            let looked = read.groups.map(\.cost.looked).reduce(0, +)
            // Of each page, what tells that there is another is looked at again.
            try require(kept <= passed && passed <= looked && passed <= kept + pages, "\(read)")
        }
    }
}
