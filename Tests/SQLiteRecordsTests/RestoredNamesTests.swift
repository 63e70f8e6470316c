import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// Numbers of names are remembered, and whoever restores a backup into the file that is open changes what they stand for.
@Suite struct RestoredNamesTests {
    private static func record(_ id: Identifier, user: Identifier, at time: String) -> AuditRecord {
        TestRecord.make(id, at: time, user: user, attributes: #"{"by":"\#(user)"}"#)
    }

    @Test func `what SQLite puts into the open file is read and written under its own names`() throws {
        let folder = try TemporaryFolder()
        let (path, other) = (folder.file("audit.db"), folder.file("other.db"))
        let alices = (0..<3).map {
            Self.record(Identifier("a\($0)"), user: "alice", at: "2024-02-29T12:00:0\($0)Z")
        }
        let bobs = (0..<3).map {
            Self.record(Identifier("b\($0)"), user: "bob", at: "2024-02-29T13:00:0\($0)Z")
        }
        let (writer, reader) = (SQLiteStore(writing: path), SQLiteStore(reading: path))
        try writer.put(alices)
        #expect(try Self.records(of: "alice", reader) == alices)
        let elsewhere = SQLiteStore(writing: other)
        try elsewhere.put(bobs)
        try elsewhere.checkpoint()
        try DatabaseQueue(path: other).backup(to: try DatabaseQueue(path: path))
        #expect(try Self.records(of: "bob", reader) == bobs)
        #expect(try Self.records(of: "alice", reader).isEmpty)
        try writer.put(alices)
        for store in [reader, SQLiteStore(reading: path)] {
            #expect(try Self.records(of: "alice", store) == alices)
            #expect(try Self.records(of: "bob", store) == bobs)
        }
    }

    private static func records(of user: Identifier, _ store: SQLiteStore) throws -> [AuditRecord] {
        try store.read(StoreConformance(store: store).read(.user(user), .ascending)).records
    }
}
