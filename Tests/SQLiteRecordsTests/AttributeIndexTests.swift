// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import Foundation
import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// Indexes of attributes: what they are asked, and that no answer is another one by them.
@Suite struct AttributeIndexTests {
    let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }
    static let start = TestRecord.instant("2024-02-29T12:00:00Z")

    static func paths(_ names: [String]) -> [AttributePath] { names.map { try! AttributePath($0) } }

    private func records(_ numbers: Range<Int>, user: Identifier = "u", _ attributes: (Int) -> String)
        -> [AuditRecord]
    {
        numbers.map {
            TestRecord.make(
                Identifier("id-\($0)"), at: Self.start.advanced(bySeconds: Int64($0)), system: "s",
                user: user,
                attributes: attributes($0))
        }
    }

    func read(
        _ filter: String, _ partition: Partition? = nil, _ scope: SystemScope = .all, limit: Int = 100,
        _ order: AuditRecords.SortOrder = .ascending, after: RecordKey? = nil
    ) throws -> PartitionRead {
        var read = PartitionRead(
            partition: partition ?? .day(Self.start.day), range: TimeRange(start: nil, end: nil),
            order: order, after: after, restriction: Restriction(scope: scope), limit: limit,
            budget: .ample)
        read.equalities = try RecordFilter(Array(filter.utf8)).requiredEqualities
        return read
    }

    /// The attribute and the value that a read goes by; nil for the partition's own index.
    private func choice(_ read: PartitionRead) throws -> String? {
        try SQLiteStore(reading: path).database.read(deadline: .now + .seconds(60)) { database, _ in
            guard let value = try IndexChoice.value(for: read, in: database) else { return nil }
            let index = try AttributeIndex.all(in: database).first { $0.number == value.index }
            return "\(index!.path)=\(String(decoding: value.value.bytes, as: UTF8.self))"
        }
    }

    /// Writes as a program does that knows no indexes.
    private static func putByOthers(_ records: [AuditRecord], _ path: String) throws {
        try DatabaseQueue(path: path).inTransaction { database in
            var writer = EntryWriter(database, WriterMemory())
            try writer.put(records)
            return .commit
        }
    }

    private static func step(_ path: String, batch: BatchLimit) throws -> Bool {
        var isDone = false
        try DatabaseQueue(path: path).inTransaction { database in
            isDone = try IndexBuilder.step(database, batch: batch)
            return .commit
        }
        return isDone
    }

    // MARK: Which index is asked

    @Test func `an index that has all records is asked, and one that has not is not`() throws {
        try SQLiteStore(writing: path).put(records(0..<50) { "{\"a\":\"x\($0 % 2)\"}" })
        let read = try read("a eq \"x1\"")
        #expect(try choice(read) == nil)
        let store = SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: Self.paths(["a"])))
        try store.probe()
        #expect(try choice(read) == nil)
        #expect(try !Self.step(path, batch: BatchLimit(records: 20, bytes: 1 << 20)))
        #expect(try choice(read) == nil)
        #expect(try store.indexes().map(\.indexed) == [20])
        try store.completeIndexes()
        #expect(try choice(read) == "a=x1")
        #expect(try SQLiteStore(reading: path).read(read).records.count == 25)
        // Who knows no indexes leaves it incomplete, and the next load completes it.
        try Self.putByOthers(records(50..<60) { _ in "{\"a\":\"x1\"}" }, path)
        #expect(try choice(read) == nil)
        #expect(try SQLiteStore(reading: path).read(read).records.count == 60)
        try SQLiteStore(writing: path).put(records(60..<61) { _ in "{\"a\":\"x1\"}" })
        #expect(try choice(read) == "a=x1")
        #expect(try SQLiteStore(reading: path).read(read).records.count == 36)
        // What somebody changes by hand is looked at again.
        try DatabaseQueue(path: path).write { database in
            try database.execute(sql: "UPDATE entries SET attributes = '{\"a\":\"x1\"}' WHERE sequence = 1")
        }
        #expect(try choice(read) == nil)
        try store.completeIndexes()
        #expect(try SQLiteStore(reading: path).read(read).records.count == 37)
    }

    @Test func `the index with the fewest keys within the bounds is asked, be it the partition's own`() throws
    {
        let store = SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: Self.paths(["a", "b.c"])))
        try store.put(records(0..<200) { "{\"a\":\"x\",\"b\":{\"c\":\($0 % 10)}}" })
        try store.put(
            records(200..<205, user: "few") { "{\"a\":\"\($0 == 200 ? "rare" : "x")\",\"b\":{\"c\":1}}" })
        #expect(try choice(try read("a eq \"x\" and b.c eq 1")) == "b.c=1")
        #expect(try choice(try read("b.c eq 1.0 and a eq \"x\"")) == "b.c=1")
        #expect(try choice(try read("a eq \"x\"")) == "a=x")
        #expect(try choice(try read("a eq \"none\"")) == "a=none")
        #expect(try choice(try read("a eq \"x\" and b.c eq 1", .user("few"))) == nil)
        #expect(try choice(try read("a eq \"rare\"", .user("few"))) == "a=rare")
        #expect(try choice(try read("b.c eq 1 and a eq \"x\"", .user("u"))) == "b.c=1")
        #expect(try choice(try read("a eq \"x\"", .resource("nobody"))) == nil)
        #expect(try choice(try read("a ne \"x\" or b.c eq 1")) == nil)
        let found = try store.read(try read("a eq \"rare\"", .user("u")))
        #expect(found.records.isEmpty && found.resume == nil)
    }

    @Test func `indexes that are named no more are taken away, and where none are named they stay`() throws {
        let first = SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: Self.paths(["a", "b"])))
        try first.put(records(0..<5) { "{\"a\":\($0),\"b\":1}" })
        #expect(try first.indexes().map(\.name) == ["a", "b"])
        let second = SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: Self.paths(["b", "c"])))
        try second.completeIndexes()
        #expect(try second.indexes().map { "\($0.name) \($0.isComplete)" } == ["b true", "c true"])
        let third = SQLiteStore(writing: path)
        try third.put(records(5..<6) { "{\"b\":\($0)}" })
        #expect(try third.indexes().map(\.isComplete) == [true, true])
        try SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: [])).put([])
        #expect(try SQLiteStore(reading: path).indexes() == [])
        let tables = try DatabaseQueue(path: path).read { database in
            try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE name LIKE 'attribute%'")
        }
        #expect(tables.filter { $0 != "attribute_indexes" } == [])
    }

    @Test
    func `a record that stands under two values, its own and what another had in its place, is found once`()
        throws
    {
        let store = SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: Self.paths(["a"])))
        let many = "[\"x\",\((0..<1100).map(String.init).joined(separator: ","))]"
        for attributes in ["{\"a\":\"x\"}", "{\"a\":\(many)}"] {
            try store.put(records(0..<3) { _ in attributes })
            for order in AuditRecords.SortOrder.allCases {
                for limit in [1, 2, 3, 4, 10] {
                    var (found, place): ([AuditRecord], RecordKey?) = ([], nil)
                    try untilDone("the last page", turns: 100) {
                        let read = try read("a eq \"x\"", limit: limit, order, after: place)
                        #expect(try choice(read) == "a=x")
                        let run = try store.read(read)
                        found += run.records
                        place = run.resume
                        return run.resume == nil
                    }
                    #expect(found.count == 3, "\(order), \(limit), \(found.map(\.key.auditId))")
                }
            }
        }
    }

    @Test func `a file of an earlier version gets its indexes with the load that migrates it`() throws {
        let all = records(0..<30) { "{\"a\":\($0 % 3)}" }
        try EarlierFile.write(all, path, version: 2)
        let store = SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: Self.paths(["a"])))
        try store.completeIndexes()
        #expect(try choice(try read("a eq 1")) == "a=1")
        #expect(
            try store.read(try read("a eq 1")).records
                == all.filter { $0.attributes == Array("{\"a\":1}".utf8) })
        #expect(try store.damage() == [])
    }

    // MARK: Answers

    private static let values = [
        "\"x\"", "\"y\"", "\"\"", "\"\\u0078\"", "\"é\"", "\"\(String(repeating: "long", count: 70))\"", "1",
        "1.0", "10e-1", "\"1\"", "-0", "0", "true", "\"true\"", "false", "null", "\"null\"",
    ]
    private static let names = ["a", "b.c", "b.d.c", "\"odd name\"", "b"]

    private static func value(_ random: inout SplitMix64, depth: Int = 0) -> String {
        switch random.number(below: depth < 3 ? 6 : 3) {
        case 0...2: return random.pick(values)
        case 3:
            return
                "[\((0..<random.number(below: 3)).map { _ in value(&random, depth: depth + 1) }.joined(separator: ","))]"
        default: return object(["c", "d"], &random, depth: depth)
        }
    }

    private static func object(_ names: [String], _ random: inout SplitMix64, depth: Int = 0) -> String {
        let members = names.filter { _ in random.once(in: 2) }.map {
            "\"\($0)\":\(value(&random, depth: depth + 1))"
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// A record, now and then with what an earlier version has stored or with very many values.
    private static func record(_ vocabulary: Vocabulary, _ random: inout SplitMix64) -> AuditRecord {
        let record = vocabulary.record(&random)
        let text =
            switch random.number(below: 25) {
            case 0: #"{"a":"\ud800","b":{"c":"x"}}"#
            case 1:
                "{\"a\":[\(Array(repeating: "\"x\"", count: 1100).joined(separator: ","))],\"b\":{\"c\":1}}"
            default: object(["a", "b", "odd name", "z"], &random)
            }
        return AuditRecord(
            key: record.key, userId: record.userId, resourceId: record.resourceId,
            attributes: Array(text.utf8))
    }

    private static func filter(_ random: inout SplitMix64) throws -> RecordFilter {
        func equality() -> String { "\(random.pick(names)) eq \(random.pick(values))" }
        let text =
            switch random.number(below: 6) {
            case 0, 1: equality()
            case 2, 3: "\(equality()) and \(equality())"
            case 4: "b[c eq \(random.pick(values))] and a pr"
            default: "(\(equality()) or \(equality())) and \(equality()) and not (z eq 1)"
            }
        return try RecordFilter(Array(text.utf8))
    }

    @Test func `pages are the same with and without indexes, whoever writes and wherever building ends`() {
        forAll(cases: 25) { random in
            let folder = try TemporaryFolder()
            let path = folder.file("audit.db")
            let vocabulary = Vocabulary(&random)
            var model = RecordModel()
            try SQLiteStore(writing: path).put([])
            for _ in 0..<random.number(in: 3...8) {
                try Self.change(path, vocabulary, &model, &random)
                let used = try SQLiteStore(reading: path).indexes()
                for _ in 0..<8 {
                    var query = vocabulary.query(&random)
                    query.filter = nil
                    let scope = vocabulary.scope(&random)
                    let filter = try Self.filter(&random)
                    let expected = try model.matching(query, scope: scope).filter {
                        try filter.matches($0, attributes: $0.attributes)
                    }
                    query.filter = filter
                    let isVisible = random.once(in: 5) ? random.pick(Self.paths(Self.names)) : nil
                    var paging = Paging(store: SQLiteStore(reading: path, readers: 1), scope: scope)
                    paging.isVisible = { $0 != isVisible }
                    if random.once(in: 3) { paging.budget = { (.spent, { .now }) } }
                    let found = try paging.records(of: query)
                    if found != expected { print(used) }
                    try requireEqual(found, expected, query)
                }
            }
            try require(try SQLiteStore(reading: path).damage() == [], "damage")
        }
    }

    /// What may become of a file between two questions.
    private static func change(
        _ path: String, _ vocabulary: Vocabulary, _ model: inout RecordModel, _ random: inout SplitMix64
    ) throws {
        let some = (0..<random.number(in: 1...80)).map { _ in record(vocabulary, &random) }
        switch random.number(below: 7) {
        case 0: try putByOthers(some, path)
        case 1:
            let wanted = paths(names).filter { _ in random.once(in: 2) }
            try SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: wanted)).put(some)
        case 2:
            try SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: paths(names))).completeIndexes()
            return
        case 3:
            // Killed after some pieces.
            for _ in 0..<random.number(below: 4) {
                _ = try step(path, batch: BatchLimit(records: random.number(in: 1...30), bytes: 1 << 20))
            }
            return
        case 4:
            if let gone = model.records.keys.randomElement(using: &random) {
                model.remove(gone)
                let name = gone.systemId.description
                try DatabaseQueue(path: path).write { database in
                    let instant = StoredInstant(gone.instant)
                    let id = StoredAuditId(gone.auditId)
                    try database.execute(
                        sql: """
                            DELETE FROM entries WHERE instant = ? AND nanoseconds = ? AND audit_id = ?
                            AND system = (SELECT id FROM systems WHERE name = ? AND form = ?)
                            """,
                        arguments: [
                            instant.milliseconds, instant.nanoseconds,
                            id.form == .uuid
                                ? Data(id.bytes).databaseValue
                                : String(decoding: id.bytes, as: UTF8.self).databaseValue, name,
                            id.form.rawValue,
                        ])
                }
            }
            return
        default: try SQLiteStore(writing: path).put(some)
        }
        model.put(
            try some.map {
                AuditRecord(
                    key: $0.key, userId: $0.userId, resourceId: $0.resourceId,
                    attributes: try AuditRecord.readable(attributes: $0.attributes))
            })
    }
}
