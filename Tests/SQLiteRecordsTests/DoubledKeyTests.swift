import AuditRecords
import AuditStores
import GRDB
import TestSupport
import Testing

@testable import SQLiteRecords
@testable import StoreConformance

/// A file into which somebody has written by hand what no load writes: a key a second time, its id in another form. One of the two would be
/// answered, and which one would depend on the question.
@Suite struct DoubledKeyTests {
    private static let start = TestRecord.instant("2024-02-29T12:00:00Z")
    /// What puts the tenth record into the file once more, with another user.
    private static let forgeries = [
        // As a text, of the number that the system has for those.
        """
        INSERT INTO systems SELECT 100, name, 0 FROM systems;
        INSERT INTO users SELECT 100, 100, 'victim' FROM systems WHERE id = 100;
        INSERT INTO resources SELECT 100, 100, name FROM resources;
        INSERT INTO entries SELECT 1000, 100, instant, nanoseconds, '01234567-89ab-cdef-0123-456789000019', 100, 100, attributes
        FROM entries WHERE sequence = 10;
        """,
        // As a text of the same bytes.
        """
        INSERT INTO users SELECT 100, id, 'victim' FROM systems;
        INSERT INTO entries SELECT 1000, system, instant, nanoseconds, CAST(audit_id AS TEXT), 100, resource, attributes
        FROM entries WHERE sequence = 10;
        """,
    ]

    @Test(arguments: forgeries, SortOrder.allCases)
    func `a read that comes to one says what it is, wherever its pages end`(
        forgery: String, order: SortOrder
    ) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("audit.db")
        let records = (0..<20).map { number in
            TestRecord.make(
                Identifier("01234567-89ab-cdef-0123-4567890000\(10 + number)"),
                at: Self.start.advanced(bySeconds: Int64(number)), system: "s", user: "u")
        }
        try SQLiteStore(writing: path).put(records)
        try DatabaseQueue(path: path).write { try $0.execute(sql: forgery) }
        let store = SQLiteStore(reading: path)
        for limit in [1, 2, 3, 7, 1000] {
            for (system, user) in [("s", nil), (nil, nil), (nil, "victim")] as [(Identifier?, Identifier?)] {
                let query = RecordQuery(
                    userId: user, systemId: system,
                    range: TimeRange(start: Self.start, end: Self.start.advanced(bySeconds: 3600)),
                    order: order, limit: limit)
                let error = #expect(throws: StoreError.self) {
                    try Paging(store: store, scope: .all).records(of: query)
                }
                #expect(
                    error?.code == .unreadable
                        && error?.description.contains("was not written by this program") == true)
            }
        }
    }
}
