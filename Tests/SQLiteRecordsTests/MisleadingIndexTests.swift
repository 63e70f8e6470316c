// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// What is answered from a file whose indexes and rows do not agree: nothing of another record's, and nothing of another's.
@Suite struct MisleadingIndexTests {
    private let folder = try! TemporaryFolder()

    private static let partitions: [Partition] =
        ["u", "v"].map { .user($0) } + ["r", "q"].map { .resource($0) }
        + ["s", "t"].map { .systemDay($0, TestRecord.instant("2024-02-29T12:00:00Z").day) }
        + [.day(TestRecord.instant("2024-02-29T12:00:00Z").day)]

    private static func record(_ number: Int, _ random: inout SplitMix64) -> AuditRecord {
        let id = "r\(number)"
        let uuid = String(repeating: "0", count: 8) + "-0000-0000-0000-00000000000\(number % 10)"
        return TestRecord.make(
            Identifier(random.once(in: 2) ? id : uuid),
            at: "2024-02-29T12:00:0\(random.number(in: 0...9))\(random.pick(["", ".000000001"]))Z",
            system: random.pick(["s", "t"]), user: random.pick(["u", "v"]),
            resource: random.pick(["r", "q"]),
            attributes: "{\"n\":\(number)}")
    }

    /// A change of one column of one entry of an index.
    private static func forgery(_ index: String, of rows: Int, _ random: inout SplitMix64) -> String {
        let row = random.number(in: 1...rows)
        let change =
            switch random.pick(ForgedIndex.columns[index]!) {
            case "sequence": "sequence = \(random.pick([rows + 9, random.number(in: 1...rows)]))"
            case "audit_id": "audit_id = \(random.pick(["'other'", "x'00'", "zeroblob(16)"]))"
            case "instant": "instant = instant + \(random.pick([-1000, 1, 3_600_000, 1 << 50]))"
            case "nanoseconds": "nanoseconds = \(random.pick([1, 2, 1_000_000]))"
            case let column: "\(column) = \(random.number(in: 1...5))"
            }
        return "UPDATE OR IGNORE forged SET \(change) WHERE sequence = \(row)"
    }

    @Test func `a record is told whole and where it belongs, or the file is said to be damaged`() throws {
        var (number, told) = (0, 0)
        forAll(cases: 150) { random in
            number += 1
            let path = folder.file("audit-\(number).db")
            let records = (0..<12).map { Self.record($0, &random) }
            try SQLiteStore(writing: path).put(records)
            var model = RecordModel()
            model.put(records)
            let index = random.pick(ForgedIndex.columns.keys.sorted())
            try ForgedIndex.change(index, of: path, Self.forgery(index, of: model.records.count, &random))
            let store = SQLiteStore(reading: path)
            #expect(try store.damage() == [], "so SQLite finds no fault in its pages")
            let isDamaged = try store.damage(withIndexes: true) != []
            var isTold = false
            for partition in Self.partitions {
                let read = StoreConformance(store: store).read(partition, random.pick(SortOrder.allCases))
                do {
                    for record in try store.read(read).records {
                        try require(model.records[record.key] == record && partition.has(record), "\(record)")
                    }
                } catch let error as StoreError {
                    try require(error.code == .unreadable && isDamaged, "\(error)")
                    isTold = true
                }
            }
            if isTold { told += 1 }
        }
        #expect(told > 40)
    }

    @Test(arguments: ["system", "user", "resource"])
    func `the message says which record an index leads away from, and what to do`(_ kind: String) throws {
        let path = folder.file("audit.db")
        try SQLiteStore(writing: path).put(
            (0..<3).map { TestRecord.make(Identifier("a\($0)"), at: "2024-02-29T12:00:0\($0)Z", user: "u") })
        try ForgedIndex.change(
            "entries_by_\(kind)", of: path, "UPDATE forged SET sequence = 2 WHERE sequence = 1")
        let store = SQLiteStore(reading: path)
        let partitions: [String: Partition] = [
            "system": .day(TestRecord.instant("2024-02-29T12:00:00Z").day), "user": .user("u"),
            "resource": .resource("resource"),
        ]
        let error = #expect(throws: StoreError.self) {
            try store.read(StoreConformance(store: store).read(partitions[kind]!, .ascending))
        }
        #expect(
            error?.description.contains(
                "an index leads from the record of systemId \"system\", timestamp 2024-02-29T12:00:00.000Z, auditId \"a0\" to row 2"
            ) == true, "\(error as Any)")
        #expect(error?.description.contains("Restore it from a backup") == true)
    }
}
