// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// What is left after records were removed: as if they had never been there, but for their places in the order of arrival.
@Suite struct RemovalTests {
    private let folder = try! TemporaryFolder()
    private static let indexes = SQLiteIndexes(
        attributes: ["action", "n", "details.any"].map { try! AttributePath($0) }, text: true)

    private func remove(_ records: [AuditRecord], _ store: SQLiteStore, before mark: Int64 = .max) throws
        -> Int
    {
        try store.remove(records, before: mark)
    }

    @Test func `after a removal every question is answered as over the rest`() {
        var number = 0
        forAll(cases: 30) { random in
            number += 1
            let name = "audit-\(number).db"
            let indexes = random.once(in: 3) ? SQLiteIndexes() : Self.indexes
            let store = SQLiteStore(writing: folder.file(name), indexes: indexes)
            let reading = SQLiteStore(reading: folder.file(name))
            try store.probe()
            var rounds = Rounds(random: random)
            rounds.size.questions = 6
            try rounds.fill(store)
            for _ in 0..<random.number(in: 1...3) {
                if random.once(in: 3) { try store.completeIndexes() }
                let gone = rounds.some(&random)
                let before = try arrivals(reading)
                // A reader knows names by now, and a writer too.
                try rounds.ask(reading, writer: store)
                let count = try remove(
                    gone, random.once(in: 2) ? store : SQLiteStore(writing: folder.file(name)))
                let there = Set(gone.map(\.key)).count
                try require(count == there, "\(count) of \(there)")
                rounds.remove(gone)
                try rounds.ask(reading, writer: store)
                let after = try arrivals(reading)
                let keys = Set(gone.map(\.key))
                try require(
                    after.records.filter { before.records.contains($0) && !keys.contains($0.key) }
                        == before.records.filter { !keys.contains($0.key) }, "the order of arrival")
            }
            #expect(try store.damage().isEmpty)
        }
    }

    private func arrivals(_ store: SQLiteStore) throws -> ArrivalRun {
        try store.arrivals(limit: 10_000)
    }

    /// No name or value is left that no record has, but for the last number of each kind. What was replaced may leave some.
    private func expectNothingOfOthers(_ name: String) throws {
        try DatabaseQueue(path: folder.file(name)).read { database in
            for (table, column) in [("users", "user"), ("resources", "resource")] {
                let left = try Int.fetchOne(
                    database,
                    sql: """
                        SELECT count(*) FROM \(table) WHERE id < (SELECT max(id) FROM \(table))
                        AND id NOT IN (SELECT \(column) FROM entries)
                        """)
                try require(left == 0, "\(left as Any) \(table) without records")
            }
            for index in try AttributeIndex.all(in: database) {
                let left = try Int.fetchOne(
                    database,
                    sql: """
                        SELECT count(*) FROM attribute_\(index.number)_keys k
                        JOIN attribute_\(index.number)_values v ON v.id = k.value
                        WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.system = v.system AND e.instant = k.instant
                        AND e.nanoseconds = k.nanoseconds AND e.audit_id = k.audit_id)
                        """)
                try require(left == 0, "\(left as Any) keys of \(index.path) without records")
                let values = try Int.fetchOne(
                    database,
                    sql: """
                        SELECT count(*) FROM attribute_\(index.number)_values
                        WHERE id < (SELECT max(id) FROM attribute_\(index.number)_values)
                        AND id NOT IN (SELECT value FROM attribute_\(index.number)_keys)
                        """)
                try require(values == 0, "\(values as Any) values of \(index.path) without keys")
            }
        }
    }

    @Test func `words of what is gone are found no more, and those of the rest are`() throws {
        let store = SQLiteStore(writing: folder.file("audit.db"), indexes: Self.indexes)
        let records = (0..<100).map {
            TestRecord.make(
                Identifier("id-\($0)"), at: Timestamp(seconds: Int64(1000 + $0)), system: "s",
                user: Identifier("u-\($0)"), resource: Identifier("r-\($0 / 4)"),
                attributes:
                    "{\"text\":\"\($0 % 2 == 0 ? "zebra" : "okapi")\",\"action\":\"a\($0 % 7)\",\"n\":\($0)}")
        }
        try store.put(records)
        try store.completeIndexes()
        #expect(try remove(records.enumerated().filter { $0.offset % 2 == 0 }.map(\.element), store) == 50)
        try DatabaseQueue(path: folder.file("audit.db")).read { database in
            let found = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM text_index WHERE text_index MATCH 'zeb'")
            let others = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM text_index WHERE text_index MATCH 'oka'")
            #expect(found == 0 && others == 50)
        }
        #expect(try store.damage().isEmpty)
        try expectNothingOfOthers("audit.db")
        #expect(try store.indexes().allSatisfy(\.isComplete))
    }

    @Test func `what came after the mark stays, also in place of what was there`() throws {
        let store = SQLiteStore(writing: folder.file("audit.db"), indexes: Self.indexes)
        let old = (0..<10).map {
            TestRecord.make(
                Identifier("id-\($0)"), at: Timestamp(seconds: Int64($0)), attributes: "{\"action\":\"a\"}")
        }
        try store.put(old)
        let mark = try store.removalMark(deadline: .now + .seconds(60))
        let new = TestRecord.make("id-3", at: Timestamp(seconds: 3), attributes: "{\"action\":\"b\"}")
        let late = TestRecord.make("late", at: Timestamp(seconds: 4))
        try store.put([new, late])
        #expect(try remove(old + [late], store, before: mark) == 9)
        #expect(try arrivals(store).records == [new, late])
        #expect(try remove(old, store, before: mark) == 0, "and again")
    }

    @Test func `places in the order of arrival are not given anew`() throws {
        let store = SQLiteStore(writing: folder.file("audit.db"))
        let records = (0..<5).map { TestRecord.make(Identifier("\($0)"), at: Timestamp(seconds: Int64($0))) }
        try store.put(records)
        // As a program leaves it that does not say what it gave.
        try DatabaseQueue(path: folder.file("audit.db")).write {
            try $0.execute(sql: "UPDATE arrival SET last = 2")
        }
        let end = try arrivals(store).records.count
        #expect(end == 5)
        #expect(try remove(records, store) == 5)
        try store.put([records[0]])
        #expect(try store.arrivals(after: 5).records == [records[0]])
    }

    @Test func `a follower that knew a name by its number gives it a new one`() throws {
        let follower = SQLiteStore(writing: folder.file("audit.db"))
        func record(_ id: String, _ user: Identifier, _ second: Int64) -> AuditRecord {
            TestRecord.make(
                Identifier(id), at: Timestamp(seconds: second), system: "s", user: user, resource: user)
        }
        try follower.put([record("a", "alice", 1), record("b", "bob", 2), record("c", "carol", 3)])
        #expect(try remove([record("a", "alice", 1)], SQLiteStore(writing: folder.file("audit.db"))) == 1)
        let again = [record("d", "alice", 4), record("e", "bob", 5)]
        try follower.put(again)
        let reading = SQLiteStore(reading: folder.file("audit.db"))
        let conformance = StoreConformance(store: reading)
        #expect(try reading.read(conformance.read(.user("alice"), .ascending)).records == [again[0]])
        #expect(try reading.read(conformance.read(.resource("bob"), .descending)).records.count == 2)
    }

    @Test func `what is removed is overwritten in the file`() throws {
        let store = SQLiteStore(writing: folder.file("audit.db"))
        let records = (0..<200).map {
            TestRecord.make(
                Identifier("id-\($0)"), at: Timestamp(seconds: Int64($0)), system: "s",
                user: Identifier("user-\($0)"),
                attributes: "{\"secret\":\"\(String(repeating: "mustgo", count: 50))\"}")
        }
        try store.put(records)
        #expect(try remove(records, store) == 200)
        try store.checkpoint()
        let text = folder.text("audit.db")
        #expect(!text.contains("mustgomustgo") && !text.contains("user-17"))
    }
}
