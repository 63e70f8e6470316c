import AuditRecords
import AuditStores
import DemoData
import Evidence
import SQLiteRecords
import TestSupport
import Testing

@testable import audit_query

/// A walk through two stores, beside what looking at every pair of records finds.
@Suite struct DayComparisonTests {
    private static let day = Day(daysSince1970: 19_800)
    private static let subject = SealedDay(systemId: Identifier("s"), day: day)

    private static func record(
        _ id: Int, at second: Int, _ attributes: String, system: String = "s", on day: Day = day
    ) -> AuditRecord {
        AuditRecord(
            key: RecordKey(
                systemId: Identifier(system), instant: day.start.advanced(bySeconds: Int64(second)),
                auditId: Identifier("id-\(id)")),
            userId: Identifier("u"), resourceId: Identifier("r"), attributes: Array(attributes.utf8))
    }

    private static func store(_ records: [AuditRecord], in folder: TemporaryFolder, _ name: String) throws
        -> SQLiteStore
    {
        let store = SQLiteStore(writing: folder.file(name))
        try store.probe()
        try store.put(records)
        return store
    }

    @Test func `a walk finds what is missing, other and more, whatever both have`() {
        forAll(cases: 25) { random in
            let folder = try TemporaryFolder()
            var (first, second): ([Int: Int], [Int: Int]) = ([:], [:])
            for id in 0..<random.number(below: 40) {
                if !random.once(in: 4) { first[id] = random.number(below: 3) }
                if !random.once(in: 4) { second[id] = random.number(below: 3) }
            }
            // The same number, however it is spelt; and there is something of other days and systems.
            func records(_ contents: [Int: Int]) -> [AuditRecord] {
                contents.map { id, content in
                    Self.record(id, at: id % 7 * 12_000, "{\"n\":\(["1", "1.0", "2"][content])}")
                } + [
                    Self.record(1, at: 0, "{}", on: Day(daysSince1970: 19_799)),
                    Self.record(1, at: 0, "{}", system: "t"),
                ]
            }
            let source = try Self.store(records(first), in: folder, "source.db")
            let target = try Self.store(records(second), in: folder, "target.db")
            var lacking: [String] = []
            let found = try DayComparison(of: Self.subject, in: source, and: target) {
                record throws(StoreError) in
                lacking.append(record.key.auditId.description)
            }
            let wanted = first.filter { id, content in second[id].map { ($0 == 2) != (content == 2) } ?? true
            }
            try require(lacking.sorted() == wanted.keys.map { "id-\($0)" }.sorted(), "\(first) \(second)")
            try require(found.missing == first.keys.count { second[$0] == nil }, "\(found)")
            try require(found.different == wanted.count - found.missing, "\(found)")
            try require(found.extra == second.keys.count { first[$0] == nil }, "\(found)")
            try require(found.equal == first.count - wanted.count, "\(found)")
        }
    }

    @Test func `a day of several pages is walked through to its end`() throws {
        let folder = try TemporaryFolder()
        let records = (0..<2500).map { Self.record($0, at: $0, "{}") }
        let source = try Self.store(records, in: folder, "source.db")
        let target = try Self.store(Array(records.dropLast(2)), in: folder, "target.db")
        var count = 0
        let found = try DayComparison(of: Self.subject, in: source, and: target) { _ in count += 1 }
        #expect(found.equal == 2498 && found.missing == 2 && count == 2)
    }
}
