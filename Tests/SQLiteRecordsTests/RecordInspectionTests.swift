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

/// A look at every record, and at what leads to it.
@Suite struct RecordInspectionTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }
    private static let paths = try! ["a", "b.c"].map { try AttributePath($0) }

    private static func record(_ number: Int, system: Identifier = "s") -> AuditRecord {
        TestRecord.make(
            Identifier("id-\(number)"), at: Timestamp(seconds: Int64(number)), system: system,
            user: Identifier("u\(number % 3)"),
            attributes:
                "{\"a\":\"x\(number % 2)\",\"b\":{\"c\":[\(number),true]},\"text\":\"word \\\" and \(number)\"}"
        )
    }

    private static func name(_ seconds: String, _ id: String) -> String {
        "systemId \"s\", timestamp 1970-01-01T00:00:\(seconds), auditId \"\(id)\""
    }

    private func store(_ path: String? = nil) -> SQLiteStore {
        SQLiteStore(
            writing: path ?? self.path, indexes: SQLiteIndexes(attributes: Self.paths, text: true))
    }

    /// What is found wrong, so many records at a time.
    private func faults(_ path: String, batch: Int) throws -> [String] {
        try DatabaseQueue(path: path).read { database in
            var inspection = RecordInspection(batch: BatchLimit(records: batch, bytes: 1 << 20))
            while try inspection.step(database) {}
            return inspection.faults(of: path)
        }
    }

    private func change(_ sql: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }

    private func expect(_ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
        let faults = try store().recordFaults()
        #expect(faults.count == parts.count, "\(faults)", sourceLocation: sourceLocation)
        for (fault, part) in zip(faults, parts) {
            #expect(fault.contains(part), "\(fault)", sourceLocation: sourceLocation)
        }
        for batch in [1, 2, 7] {
            #expect(try self.faults(path, batch: batch) == faults, sourceLocation: sourceLocation)
        }
    }

    @Test func `nothing is wrong with what loads wrote, whichever of them knew of indexes`() throws {
        var number = 0
        forAll(cases: 30) { random in
            number += 1
            let path = folder.file("audit-\(number).db")
            let vocabulary = Vocabulary(&random)
            for _ in 0..<random.number(in: 1...5) {
                let records = (0..<random.number(in: 1...30)).map { _ in vocabulary.record(&random) }
                try (random.once(in: 3) ? SQLiteStore(writing: path) : store(path)).put(records)
                if random.once(in: 3) { try store(path).completeIndexes() }
            }
            let found = try faults(path, batch: random.number(in: 1...40))
            try require(found == [], "\(found)")
            try require(try SQLiteStore(reading: path).damage(withIndexes: true) == [], "damage")
        }
    }

    @Test func `a record that an index of an attribute does not lead to is told`() throws {
        try store().put((0..<20).map { Self.record($0) })
        try expect()
        try change("DELETE FROM attribute_1_keys WHERE audit_id IN ('id-4', 'id-6')")
        try expect(
            "2 records are not found by the index of a, the first: \(Self.name("04.000Z", "id-4")); have it built again (sqlite3 \(path) "
        )
        // A value is gone, with all that it led to.
        try change(
            "DELETE FROM attribute_2_values WHERE value = (SELECT value FROM attribute_2_values WHERE id = 1)"
        )
        try expect("by the index of a", "by the index of b.c")
        try change("UPDATE attribute_indexes SET indexed = 0")
        try expect()
        try store().completeIndexes()
        try expect()
        #expect(try store().indexes().allSatisfy { $0.isComplete })
    }

    @Test func `a record that the index of words does not lead to is told`() throws {
        try store().put((0..<20).map { Self.record($0) })
        try expect()
        let text = String(decoding: try TextIndex.text(of: Self.record(7)), as: UTF8.self)
        try DatabaseQueue(path: path).write { database in
            try database.execute(
                sql: "INSERT INTO text_index (text_index, rowid, text) VALUES ('delete', 8, ?)",
                arguments: [String(text.suffix(12))])
        }
        try expect(
            "1 records are not found by the index of words, the first: systemId \"s\", timestamp 1970-01-01T00:00:07.000Z"
        )
        try change("DROP TABLE text_index; DROP TABLE text_index_end")
        try store().completeIndexes()
        try expect()
    }

    @Test func `an index that says it has more than it has is told`() throws {
        try SQLiteStore(writing: path).put((0..<5).map { Self.record($0) })
        try store().probe()
        try expect()
        try change("UPDATE attribute_indexes SET indexed = 3; UPDATE text_index_end SET last = 2")
        try expect(
            "2 records are not found by the index of words", "3 records are not found by the index of a",
            "by the index of b.c")
    }

    @Test func `a user or resource of another system is told`() throws {
        try store().put((0..<6).map { Self.record($0, system: $0 < 3 ? "s" : "t") })
        try expect()
        try change("UPDATE users SET system = 9 WHERE id = 1")
        try expect(
            "1 records have a user or a resource of another system, and are not found by it, the first: row 1; restore"
        )
        try change(
            "UPDATE users SET system = 1 WHERE id = 1; UPDATE resources SET system = 9 WHERE system = 2")
        try expect("3 records have a user or a resource of another system")
    }

    @Test func `a record that cannot be answered is told, and the others are looked at all the same`() throws
    {
        try store().put((0..<6).map { Self.record($0) })
        try change(
            """
            UPDATE entries SET attributes = '{"a":' WHERE sequence = 2;
            UPDATE entries SET audit_id = x'00' WHERE sequence = 6;
            DELETE FROM attribute_1_keys WHERE audit_id = 'id-0';
            UPDATE attribute_indexes SET indexed = 6;
            """)
        try expect(
            "2 records cannot be answered, the first: the record of \(Self.name("01.000Z", "id-1")) cannot",
            "1 records are not found by the index of a, the first: systemId \"s\", timestamp 1970-01-01T00:00:00.000Z"
        )
    }

    @Test func `nothing is said of the records of an earlier file, and its indexes are looked at`() throws {
        try EarlierFile.write([Self.record(1), Self.record(2)], path, version: 2)
        let store = SQLiteStore(reading: path)
        #expect(try store.recordFaults() == [])
        #expect(try store.damage(withIndexes: true) == [])
    }
}
