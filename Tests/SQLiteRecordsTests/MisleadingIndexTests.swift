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
        let columns = ForgedIndex.columns[index]!
        let number = random.number(in: 1...rows)
        let change =
            switch random.pick(columns) {
            case "sequence": "sequence = \(random.pick([rows + 9, random.number(in: 1...rows)]))"
            case "audit_id": "audit_id = \(random.pick(["'other'", "x'00'", "zeroblob(16)"]))"
            case "instant": "instant = instant + \(random.pick([-1000, 1, 3_600_000, 1 << 50]))"
            case "nanoseconds": "nanoseconds = \(random.pick([1, 2, 1_000_000]))"
            case "name": "name = '\(random.pick(["u", "v", "r", "q", "s", "t", "w"]))'"
            case "form": "form = 1 - form"
            case let column: "\(column) = \(random.number(in: 1...5))"
            }
        return
            "UPDATE OR IGNORE forged SET \(change) WHERE \(columns.last!) = \(columns.last! == "id" ? number % 4 + 1 : number)"
    }

    /// A file of some records, one of whose indexes is forged.
    private func forged(
        _ number: Int, _ random: inout SplitMix64, of indexes: [String] = ForgedIndex.columns.keys.sorted()
    ) throws -> (String, RecordModel) {
        let path = folder.file("audit-\(number).db")
        let records = (0..<12).map { Self.record($0, &random) }
        try SQLiteStore(writing: path).put(records)
        var model = RecordModel()
        model.put(records)
        let index = random.pick(indexes)
        try ForgedIndex.change(index, of: path, Self.forgery(index, of: records.count, &random))
        return (path, model)
    }

    /// Does something with a file that may be damaged; false where that is said.
    private static func isDone(_ isDamaged: Bool, _ body: () throws -> Void) throws -> Bool {
        do {
            try body()
            return true
        } catch let error as StoreError {
            try require(
                isDamaged && [.unreadable, .unavailable].contains(error.code)
                    && error.description.contains("backup"), "\(error)")
            return false
        }
    }

    @Test func `a record is told whole and where it belongs, or the file is said to be damaged`() throws {
        var (number, told) = (0, 0)
        forAll(cases: 120) { random in
            number += 1
            let (path, model) = try forged(number, &random)
            let store = SQLiteStore(reading: path)
            #expect(try store.damage() == [], "so SQLite finds no fault in its pages")
            let isDamaged = try store.damage(withIndexes: true) != []
            let order = random.pick(SortOrder.allCases)
            for partition in Self.partitions {
                let isRead = try Self.isDone(isDamaged) {
                    for record in try store.read(StoreConformance(store: store).read(partition, order))
                        .records
                    {
                        try require(model.records[record.key] == record && partition.has(record), "\(record)")
                    }
                }
                if !isRead { told += 1 }
            }
            for (key, record) in model.records {
                _ = try Self.isDone(isDamaged) {
                    let found = try store.fetch([key], budget: .ample).records[0]
                    try require(
                        found.map { $0 == record } ?? true, "\(String(describing: found)) for \(record)")
                }
            }
            for (kind, names) in [
                (NameKind.system, ["s", "t"]), (.user, ["u", "v"]), (.resource, ["r", "q"]),
            ] {
                _ = try Self.isDone(isDamaged) {
                    let read = NameRead(kind: kind, limit: 9, deadline: .now + .seconds(60))
                    let found = (try store.names(read)?.names ?? []).map(\.description)
                    try require(Set(found).isSubset(of: names), "\(found)")
                }
            }
        }
        #expect(told > 20)
    }

    @Test func `whoever replaces or removes a record takes no other away, whatever an index says`() throws {
        var (number, refused) = (0, 0)
        forAll(cases: 120) { random in
            number += 1
            let isRemoved = random.once(in: 2)
            // Whether a user has records left, only the index of users tells: a name that is gone is said by whoever comes to it.
            let indexes = ForgedIndex.columns.keys.sorted().filter {
                !isRemoved || !["entries_by_user", "entries_by_resource"].contains($0)
            }
            let (path, model) = try forged(number, &random, of: indexes)
            let isDamaged = try SQLiteStore(reading: path).damage(withIndexes: true) != []
            let key = model.records.keys.sorted().randomElement(using: &random)!
            let record = model.records[key]!
            let isDone = try Self.isDone(isDamaged) {
                let store = SQLiteStore(writing: path)
                if isRemoved {
                    _ = try store.remove([record], before: .max)
                } else {
                    try store.put([
                        AuditRecord(
                            key: key, userId: "u", resourceId: "r", attributes: Array("{\"new\":true}".utf8))
                    ])
                }
            }
            if !isDone { refused += 1 }
            let left = try Self.rows(path)
            for (other, record) in model.records where other != key {
                try require(left[other] == record, "\(record) is gone")
            }
        }
        #expect(refused > 3)
    }

    /// The records of a file, as its table has them.
    private static func rows(_ path: String) throws -> [RecordKey: AuditRecord] {
        try SQLiteStore(reading: path).database.read(deadline: .now + .seconds(60)) { database, _, names in
            var rows = try ArrivedRows(after: 0, Restriction(scope: .all), in: database, names)
            defer { rows.end() }
            var records: [RecordKey: AuditRecord] = [:]
            while let (_, record) = try rows.next() {
                if let record { records[record.key] = record }
            }
            return records
        }
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
                "an index leads from the record of systemId \"system\", timestamp 2024-02-29T12:00:00.000Z, auditId \"a0\" to number 2"
            ) == true, "\(error as Any)")
        #expect(error?.description.contains("Restore it from a backup") == true)
    }
}
