// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Foundation
import GRDB
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// Transactions that go on over several writes: whatever is not committed is seen by nobody but who writes, and an end of any kind
/// leaves all of it or nothing.
@Suite struct UnfinishedTransactionTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }

    private static let records = (0..<6).map {
        TestRecord.make(Identifier("id-\($0)"), at: Timestamp(seconds: Int64($0)), user: "u", resource: "r")
    }

    private func found(_ store: SQLiteStore) throws -> [AuditRecord] {
        try store.read(StoreConformance(store: store).read(.user("u"), .ascending)).records
    }

    @Test func `what is appended is seen by who writes, and by others when it is committed`() throws {
        let (writer, reader) = (SQLiteStore(writing: path), SQLiteStore(reading: path))
        try writer.put([Self.records[0]])
        #expect(try !writer.append([Self.records[1], Self.records[2]]))
        #expect(try !writer.append([Self.records[3]]))
        #expect(try found(writer) == Array(Self.records[...3]))
        #expect(try writer.fetch([Self.records[2].key], budget: .ample).records == [Self.records[2]])
        let system = Self.records[0].key.systemId
        #expect(try !writer.hasNone(since: [system: Self.records[3].key.instant]))
        #expect(try found(reader) == [Self.records[0]])
        try writer.commit()
        #expect(try found(reader) == Array(Self.records[...3]))
        // There is nothing to commit any more.
        try writer.commit()
    }

    @Test func `a put commits all that was appended before it`() throws {
        let (writer, reader) = (SQLiteStore(writing: path), SQLiteStore(reading: path))
        _ = try writer.append([Self.records[0]])
        try writer.put([Self.records[1]])
        #expect(try found(reader) == Array(Self.records[..<2]))
        _ = try writer.append([Self.records[2]])
        try writer.checkpoint()
        #expect(try found(reader) == Array(Self.records[..<3]))
    }

    @Test func `a process that ends leaves nothing of a transaction that it has not committed`() throws {
        do {
            let writer = SQLiteStore(writing: path)
            try writer.put([Self.records[0]])
            _ = try writer.append([Self.records[1]])
        }
        let store = SQLiteStore(writing: path)
        #expect(try found(store) == [Self.records[0]])
        // Numbers of what was rolled back were not given.
        try store.put([Self.records[2]])
        #expect(try store.arrivals().end.number == 2)
    }

    @Test func `a write that fails takes with it what was appended, and the next begins anew`() throws {
        let (writer, reader) = (SQLiteStore(writing: path), SQLiteStore(reading: path))
        try writer.put([Self.records[0]])
        _ = try writer.append([
            TestRecord.make("a", at: Timestamp(seconds: 9), user: "new", resource: "new")
        ])
        #expect(throws: StoreError.self) {
            try writer.database.write { database, _ in
                try database.execute(sql: "INSERT INTO nowhere VALUES (1)")
            }
        }
        try writer.commit()
        #expect(try found(reader) == [Self.records[0]])
        // What the transaction had learnt of names is forgotten with it.
        let later = TestRecord.make("b", at: Timestamp(seconds: 10), user: "new", resource: "new")
        try writer.put([later])
        let run = try reader.read(StoreConformance(store: reader).read(.user("new"), .ascending))
        #expect(run.records == [later])
    }

    @Test func `with another file in its place the next write fails, and neither has what was open`() throws {
        let writer = SQLiteStore(writing: path)
        try writer.put([Self.records[0]])
        _ = try writer.append([Self.records[1]])
        let other = folder.file("other.db")
        try SQLiteStore(writing: other).put([Self.records[2]])
        let old = folder.file("old.db")
        for end in ["-wal", "-shm", ""] {
            #expect(rename(path + end, old + end) == 0)
            #expect(rename(other + end, path + end) == 0)
        }
        let error = #expect(throws: StoreError.self) { try writer.put([Self.records[3]]) }
        #expect(error?.description.contains("another file has taken its place") == true)
        #expect(try found(SQLiteStore(reading: path)) == [Self.records[2]])
        #expect(try found(SQLiteStore(reading: old)) == [Self.records[0]])
        try writer.put([Self.records[4]])
        #expect(try found(SQLiteStore(reading: path)) == [Self.records[2], Self.records[4]])
    }

    @Test func `a commit is on the disk when it returns`() throws {
        // What SQLite promises by FULL (sqlite.org/pragma.html#pragma_synchronous), and GRDB takes away when it opens a file.
        let store = SQLiteStore(writing: path)
        try store.put([Self.records[0]])
        let level = try store.database.file().pool.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA synchronous")
        }
        #expect(level == 2)
    }
}
