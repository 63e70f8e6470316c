// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// The index of words: it may tell of too many records, and never leaves one out.
@Suite struct TextIndexTests {
    private let folder = try! TemporaryFolder()

    private func store(_ name: String = "audit.db", indexesText: Bool) -> SQLiteStore {
        SQLiteStore(writing: folder.file(name), indexes: SQLiteIndexes(text: indexesText))
    }

    private func read(
        _ words: String, system: Identifier? = nil, range: TimeRange = TimeRange(start: nil, end: nil),
        _ order: SortOrder = .ascending, after: RecordKey? = nil
    ) throws -> WordRead {
        WordRead(
            search: try RecordSearch(Array(words.utf8)), systemId: system, range: range, order: order,
            after: after ?? .boundary(at: order == .ascending ? .startOfTime : .endOfTime), budget: .ample)
    }

    /// A word of the strings of some record, in another case of its letters perhaps.
    private func word(of record: AuditRecord, _ random: inout SplitMix64) throws -> String? {
        let text = String(decoding: try RecordSearch.text(of: record), as: UTF8.self).unicodeScalars
        let parts = text.split { $0.value <= 0x20 }.filter { $0.count >= 3 }
        guard !parts.isEmpty else { return nil }
        let part = random.pick(parts)
        let start = part.index(part.startIndex, offsetBy: random.number(in: 0...part.count - 3))
        let word = String(String.UnicodeScalarView(part[start...].prefix(random.number(in: 3...9))))
        let upper = word.uppercased()
        return random.once(in: 2) && upper.unicodeScalars.count == word.unicodeScalars.count ? upper : word
    }

    @Test func `every record that has all words is told, in order, whoever has written it and however often`()
        throws
    {
        var number = 0
        forAll(cases: 25) { random in
            number += 1
            let name = "audit-\(number).db"
            let vocabulary = Vocabulary(&random)
            var model = RecordModel()
            for _ in 0..<random.number(in: 1...6) {
                let records = (0..<random.number(in: 1...30)).map { _ in vocabulary.record(&random) }
                // The last of each key stays.
                try store(name, indexesText: random.once(in: 2)).put(records)
                model.put(records)
            }
            if random.once(in: 2) {
                try cutText(name)
            } else {
                try store(name, indexesText: true).completeIndexes()
            }
            let reading = SQLiteStore(reading: folder.file(name))
            for _ in 0..<20 {
                let (one, other) = (
                    random.pick(Array(model.records.values)), random.pick(Array(model.records.values))
                )
                let words = try [word(of: one, &random), random.once(in: 3) ? word(of: other, &random) : nil]
                let text = words.compactMap { $0 }.joined(separator: " ")
                guard let search = try? RecordSearch(Array(text.utf8)) else { continue }
                var query = vocabulary.query(&random)
                (query.userId, query.resourceId, query.filter, query.search) = (nil, nil, nil, nil)
                let all = model.matching(query, scope: .all)
                let after = random.once(in: 3) ? all.randomElement(using: &random)?.key : nil
                let found = try reading.keys(
                    of: read(text, system: query.systemId, range: query.range, query.order, after: after))
                let behind = all.filter { record in
                    after.map { query.order.areInOrder($0, record.key) } ?? true
                }
                let passing = try behind.filter { try search.matches($0, attributes: $0.attributes) }.map(
                    \.key)
                let keys = try #require(found)
                try require(Set(passing).isSubset(of: keys), "\(text) leaves out \(passing) of \(keys)")
                try require(
                    keys == behind.map(\.key).filter(Set(keys).contains), "\(text) is not in order: \(keys)")
                try require(Set(keys).count == keys.count, "\(keys) has one twice")
            }
        }
    }

    /// Takes away what the index says of its end, but for some: as a process leaves it that is killed while it makes one.
    private func cutText(_ name: String) throws {
        let database = try DatabaseQueue(path: folder.file(name))
        try database.write { database in
            try database.execute(sql: "DROP TABLE IF EXISTS text_index; DROP TABLE IF EXISTS text_index_end")
            try TextIndex.begin(database)
            _ = try TextIndex.step(database, BatchLimit(records: 2, bytes: 1 << 20))
        }
    }

    @Test func `an index is made in pieces while others write, and holds at each moment`() throws {
        let plain = store(indexesText: false)
        let records = (0..<20).map {
            TestRecord.make(
                Identifier("id-\($0)"), at: Timestamp(seconds: Int64($0)), attributes: "{\"a\":\"wordy\"}")
        }
        try plain.put(Array(records[..<10]))
        #expect(try plain.keys(of: read("wordy")) == nil, "there is no index")
        let database = try DatabaseQueue(path: folder.file("audit.db"))
        try database.write { try TextIndex.begin($0) }
        for index in 0..<10 {
            let isDone = try database.write { try TextIndex.step($0, BatchLimit(records: 1, bytes: 1 << 20)) }
            #expect(!isDone)
            #expect(try database.read { try TextIndex.end($0) } == Int64(index + 1))
            #expect(
                try plain.indexes() == [
                    IndexState(path: nil, indexed: Int64(index + 1), last: Int64(index + 10))
                ])
            try plain.put([records[10 + index]])
            #expect(try plain.keys(of: read("WORDY"))?.count == 11 + index)
            // Those that are missing are told whatever they have.
            #expect(try plain.keys(of: read("nothing"))?.count == 10)
        }
        var told: [IndexState] = []
        try store(indexesText: true).completeIndexes { told += $0 }
        #expect(told == [IndexState(path: nil, indexed: 20, last: 20)] && told[0].isComplete)
        #expect(try plain.keys(of: read("wordy"))?.count == 20)
        #expect(try plain.keys(of: read("nothing")) == [])
    }

    @Test func `a load that keeps the index takes in what it writes and what others have left out`() throws {
        let (keeping, plain) = (store(indexesText: true), store(indexesText: false))
        func record(_ id: Int, _ text: String) -> AuditRecord {
            TestRecord.make(
                Identifier("id-\(id)"), at: Timestamp(seconds: Int64(id)), attributes: "{\"a\":\"\(text)\"}")
        }
        try keeping.put([record(1, "first"), record(2, "second")])
        try plain.put([record(3, "third")])
        #expect(try plain.keys(of: read("first"))?.map(\.auditId) == ["id-1", "id-3"])
        // What is replaced is found by what it says now.
        try keeping.put([record(1, "other")])
        #expect(try plain.keys(of: read("first")) == [])
        #expect(try plain.keys(of: read("OTHER"))?.map(\.auditId) == ["id-1"])
        #expect(try plain.keys(of: read("third"))?.map(\.auditId) == ["id-3"])
    }

    @Test func `an index that lacks too many records, or finds too many, is of no use`() throws {
        let keeping = store(indexesText: true)
        func records(_ numbers: Range<Int>) -> [AuditRecord] {
            numbers.map { TestRecord.make(Identifier("id-\($0)"), at: Timestamp(seconds: Int64($0))) }
        }
        try keeping.put(records(0..<10_001))
        #expect(try keeping.keys(of: read("id-1234"))?.isEmpty == false)
        #expect(try keeping.keys(of: read("id-")) == nil)
        try store(indexesText: false).put(records(20_000..<22_000))
        #expect(try keeping.keys(of: read("id-1234")) != nil)
        try store(indexesText: false).put(records(22_000..<22_001))
        #expect(try keeping.keys(of: read("id-1234")) == nil)
    }

    @Test func `pages with an index are those without one, and look at few records`() throws {
        let (indexed, plain) = (store(indexesText: true), store("plain.db", indexesText: false))
        let records = (0..<4000).map { index in
            TestRecord.make(
                Identifier("id-\(index)"), at: Timestamp(seconds: Int64(index / 3)),
                user: Identifier("u\(index % 2)"),
                attributes: "{\"a\":\"\(index % 97 == 0 ? "Seldom" : "often")\",\"seldom\":\(index)}")
        }
        try indexed.put(records)
        try plain.put(records)
        for (user, order, limit) in [
            (nil, SortOrder.descending, 7), ("u1", .ascending, 5), (nil, .ascending, 1000),
            ("u0", .descending, 1),
        ] as [(Identifier?, SortOrder, Int)] {
            var query = RecordQuery(
                userId: user, search: try RecordSearch(Array("seldom".utf8)),
                range: TimeRange(start: Timestamp(seconds: 0), end: Timestamp(seconds: 4000)), order: order,
                limit: limit)
            let found = try Paging(store: indexed, scope: .all).records(of: query)
            #expect(found == (try Paging(store: plain, scope: .all).records(of: query)))
            #expect(
                found.count
                    == records.indices.count {
                        $0 % 97 == 0 && (user == nil || user == Identifier("u\($0 % 2)"))
                    }
            )
            query.limit = 1000
            let page = try PageReader(store: indexed, now: { .now }).page(
                of: query, scope: .all, budget: .ample)
            #expect(page.records == found && page.stop == .end && page.looked < 1100)
        }
    }
}
