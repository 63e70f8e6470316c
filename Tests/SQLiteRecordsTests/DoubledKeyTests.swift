import AuditRecords
import AuditStores
import GRDB
import TestSupport
import Testing

@testable import SQLiteRecords
@testable import StoreConformance

/// A file into which somebody has written by hand what no load writes: a key a second time, its id in the other form.
@Suite struct DoubledKeyTests {
    private static let start = TestRecord.instant("2024-02-29T12:00:00Z")

    @Test(arguments: SortOrder.allCases)
    func `each record is answered once, however pages are cut`(order: SortOrder) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("audit.db")
        let records = (0..<20).map { number in
            TestRecord.make(
                Identifier("01234567-89ab-cdef-0123-4567890000\(10 + number)"),
                at: Self.start.advanced(bySeconds: Int64(number)), system: "s", user: "u")
        }
        try SQLiteStore(writing: path).put(records)
        try DatabaseQueue(path: path).write { database in
            try database.execute(
                sql: """
                    INSERT INTO systems SELECT 100, name, 0 FROM systems;
                    INSERT INTO entries SELECT 1000 + sequence, 100, instant, nanoseconds,
                        '01234567-89ab-cdef-0123-4567890000' || (9 + sequence), user, resource, attributes
                    FROM entries WHERE sequence % 2 = 0;
                    """)
        }
        let store = SQLiteStore(reading: path)
        for limit in [1, 2, 3, 7, 1000] {
            for system in ["s", nil] as [Identifier?] {
                let query = RecordQuery(
                    systemId: system,
                    range: TimeRange(start: Self.start, end: Self.start.advanced(bySeconds: 3600)),
                    order: order, limit: limit)
                let found = try Paging(store: store, scope: .all).records(of: query)
                #expect(found == (order == .ascending ? records : records.reversed()), "pages of \(limit)")
            }
        }
    }
}
