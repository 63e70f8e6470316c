// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Foundation
import GRDB
import Testing
@testable import StoreConformance
@testable import SQLiteRecords
@testable import AuditRecords
@testable import AuditStores

/// From one version of the file to the next.
@Suite struct SQLiteMigrationTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }
    private let records = (0..<100).map {
        TestRecord.make(
            Identifier("\($0)"), at: "2024-02-29T12:00:00Z", system: ["s", "t"][$0 % 2], user: "u")
    }

    private func read(_ store: SQLiteStore) throws -> Set<AuditRecord> {
        Set(try store.read(StoreConformance(store: store).read(.user("u"), .ascending)).records)
    }

    private func state() throws -> (version: Int?, indexes: Set<String>) {
        try DatabasePool(path: path).read { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA user_version"),
                Set(try String.fetchAll(database, sql: "SELECT sql FROM sqlite_schema WHERE type = 'index'"))
            )
        }
    }

    @Test func `the first write makes version 2 of version 1, and an open reader goes on`() throws {
        try SchemaVersion1.make(path)
        try SchemaVersion1.insert(records, path)
        let reader = SQLiteStore(reading: path)
        #expect(try read(reader) == Set(records))
        #expect(try state().version == 1)
        try SQLiteStore(writing: path).put([])
        #expect(try read(reader) == Set(records))
        #expect(try read(SQLiteStore(reading: path)) == Set(records))
        let migrated = try state()
        let made = folder.file("new.db")
        try SQLiteStore(writing: made).put([])
        let new = try DatabasePool(path: made).read {
            Set(try String.fetchAll($0, sql: "SELECT sql FROM sqlite_schema WHERE type = 'index'"))
        }
        #expect(migrated.version == 2)
        #expect(migrated.indexes == new)
    }

    @Test func `a migration that cannot be done leaves version 1, and it is read`() throws {
        try SchemaVersion1.make(path)
        try SchemaVersion1.insert(records, path)
        let other = try DatabaseQueue(path: path)
        try other.inDatabase { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            let writer = SQLiteStore(
                database: SQLiteDatabase(path: path, access: .write, readers: 1, patience: .milliseconds(50)))
            #expect(throws: StoreError.self) { try writer.put([]) }
            #expect(try read(SQLiteStore(reading: path)) == Set(records))
            try database.execute(sql: "ROLLBACK")
        }
        #expect(try state().version == 1)
    }

    /// What a downgrade needs, as docs/install.md has it.
    @Test func `a file of version 2 that is called version 1 is read and migrated as one`() throws {
        try SQLiteStore(writing: path).put(records)
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 1") }
        #expect(try read(SQLiteStore(reading: path)) == Set(records))
        try SQLiteStore(writing: path).put([])
        #expect(try state().version == 2)
        #expect(try read(SQLiteStore(reading: path)) == Set(records))
    }

    @Test func `a reader that is open when the version becomes one that it does not know refuses it`() throws
    {
        try SQLiteStore(writing: path).put(records)
        let reader = SQLiteStore(reading: path)
        #expect(try read(reader) == Set(records))
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 3") }
        let error = #expect(throws: StoreError.self) { try read(reader) }
        #expect(error?.description.contains("version 3") == true)
    }
}
