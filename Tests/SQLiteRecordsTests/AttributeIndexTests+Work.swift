import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

extension AttributeIndexTests {
    /// Counted in steps of SQLite's machine: no clock is needed.
    @Test func `a limited key's reads by a value take the same work with and without records of others`()
        throws
    {
        let visible = (0..<20).flatMap { number in
            ["crm", "crm-a"].map { system in
                TestRecord.make(
                    Identifier("v\(number)"), at: Self.start.advanced(bySeconds: Int64(number * 10)),
                    system: Identifier(system), user: "ceo", attributes: "{\"a\":\"x\",\"b\":\(number % 10)}")
            }
        }
        let foreign = (0..<2000).map { number in
            TestRecord.make(
                Identifier("f\(number)"), at: Self.start.advanced(bySeconds: Int64(number % 200)),
                system: ["crl", "crn", "a", "z"][number % 4], user: "ceo", attributes: "{\"a\":\"x\",\"b\":1}"
            )
        }
        let stores = try [visible, visible + foreign].enumerated().map { number, records in
            let path = folder.file("\(number).db")
            try SQLiteStore(writing: path, indexes: SQLiteIndexes(attributes: Self.paths(["a", "b"]))).put(
                records)
            return SQLiteStore(reading: path, readers: 1)
        }
        for patterns in [["crm", "crm-a"], ["crm*"], ["none"]] {
            for partition in [Partition.day(Self.start.day), .user("ceo")] {
                for filter in ["a eq \"x\"", "a eq \"x\" and b eq 1", "a eq \"none\""] {
                    let read = try read(filter, partition, SystemScope(patterns: patterns), limit: 11)
                    let work = try stores.map { try SystemMergeTests.steps(of: read, in: $0) }
                    #expect(abs(work[0] - work[1]) < 20, "\(work) steps for \(patterns), \(filter)")
                }
            }
        }
        let rare = try read("b eq 0", .systemDay("crm", Self.start.day), limit: 1000)
        var whole = rare
        whole.equalities = []
        let work = try [rare, whole].map { try SystemMergeTests.steps(of: $0, in: stores[0]) }
        #expect(work[0] < work[1], "\(work) steps by the index and without")
    }
}
