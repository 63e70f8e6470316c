// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// The order of arrival: whoever has seen all up to a place never sees anything appear there later.
@Suite struct ArrivalTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }

    @Test(arguments: FollowedConformance.checks.map(\.name))
    func `the embedded store does what every store must that is followed`(_ name: String) throws {
        let path = path
        let check = try #require(FollowedConformance.checks.first { $0.name == name })
        _ = try SQLiteStore(writing: path).put([])
        try check.run(
            FollowedConformance(reader: SQLiteStore(reading: path)) { SQLiteStore(writing: path) })
    }

    @Test func `a number is never given twice, not even that of the last record, which was taken away`()
        throws
    {
        try SQLiteStore(writing: path).put([TestRecord.make("a", at: "2024-02-29T12:00:00Z")])
        let end = try SQLiteStore(reading: path).arrivals().end.number
        try DatabaseQueue(path: path).write { try $0.execute(sql: "DELETE FROM entries") }
        let next = TestRecord.make("b", at: "2024-02-29T12:00:00Z")
        try SQLiteStore(writing: path).put([next])
        #expect(try SQLiteStore(reading: path).arrivals(after: end).records == [next])
    }

    @Test func `what another program has numbered comes once`() throws {
        try SQLiteStore(writing: path).put([TestRecord.make("a", at: "2024-02-29T12:00:00Z")])
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "UPDATE entries SET sequence = 70")
        }
        let store = SQLiteStore(reading: path)
        let run = try store.arrivals()
        #expect(run.records.count == 1 && run.end.number == 70 && run.isAtEnd)
        #expect(try store.arrivals(after: run.end.number).records.isEmpty)
    }

    @Test func `of a batch with one key twice the last is there`() throws {
        let store = SQLiteStore(writing: path)
        let records = ["u", "v"].map {
            TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: Identifier($0), resource: Identifier($0))
        }
        // So many that they are sorted.
        let others = (0..<5000).map {
            TestRecord.make(
                Identifier("id-\($0)"), at: "2024-02-29T12:00:00Z", resource: Identifier("r\($0 % 7)"))
        }
        try store.put(records + others)
        #expect(try store.fetch([records[0].key], budget: .ample).records == [records[1]])
        #expect(try store.arrivals(limit: .max).records.count == 5001)
    }

    @Test func `a file of an earlier version has none, and says what gives it one`() throws {
        try EarlierFile.write([], path, version: 2)
        let error = #expect(throws: StoreError.self) { try SQLiteStore(reading: path).arrivals() }
        #expect(error?.description.contains("next load") == true)
    }

    @Test
    func `a file keeps whose order it has, another has its own, and one of before gets it from a write`()
        throws
    {
        func origin(_ path: String) throws -> UInt64 {
            try SQLiteStore(reading: path).arrivalEnd(deadline: .now + .seconds(10)).origin
        }
        try SQLiteStore(writing: path).put([])
        let first = try origin(path)
        try SQLiteStore(writing: path).put([TestRecord.make("a", at: "2024-02-29T12:00:00Z")])
        #expect(try origin(path) == first)
        try SQLiteStore(writing: folder.file("other.db")).put([])
        #expect(try origin(folder.file("other.db")) != first)
        try DatabaseQueue(path: path).write { try $0.execute(sql: "DROP TABLE origin") }
        let old = try SQLiteStore(reading: path).arrivalEnd(deadline: .now + .seconds(10))
        #expect(old == ArrivalPlace(origin: 0, number: 1))
        try SQLiteStore(writing: path).put([])
        #expect(try ![0, first].contains(origin(path)))
        #expect(try old.loss(at: SQLiteStore(reading: path).arrivalEnd(deadline: .now + .seconds(10))) == nil)
    }
}
