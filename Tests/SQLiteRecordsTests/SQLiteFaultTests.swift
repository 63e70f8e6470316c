// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Foundation
import GRDB
import Glibc
import Testing
@testable import SQLiteRecords
@testable import AuditRecords
@testable import StoreConformance
@testable import AuditStores

/// What the embedded store says of files that it cannot use. Each message names the file.
@Suite struct SQLiteFaultTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }
    private let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")

    private func failure(_ code: StoreError.Code, _ part: String, _ body: () throws -> Void) {
        let error = #expect(throws: StoreError.self) { try body() }
        #expect(error?.code == code)
        #expect(error?.description.contains(path) == true, "\(error as Any)")
        #expect(error?.description.contains(part) == true, "\(error as Any)")
    }

    private func read(_ store: SQLiteStore) throws -> [AuditRecord] {
        try store.read(StoreConformance(store: store).read(.user("u"), .ascending)).records
    }

    private func impatient(_ access: SQLiteDatabase.Access) -> SQLiteStore {
        SQLiteStore(
            database: SQLiteDatabase(path: path, access: access, readers: 1, patience: .milliseconds(50)))
    }

    @Test func `a missing database is unavailable, and is found once it is there`() throws {
        let store = SQLiteStore(reading: path)
        failure(.unavailable, "audit-query load") { try store.probe() }
        failure(.unavailable, "audit-query load") { _ = try read(store) }
        failure(.unavailable, "audit-query load") { _ = try store.fetch([record.key], budget: .ample) }
        #expect(!FileManager.default.fileExists(atPath: path))
        try SQLiteStore(writing: path).put([record])
        #expect(try read(store) == [record])
    }

    @Test(arguments: ["a named pipe", "a folder", "a socket", "a device"])
    func `whatever else stands in its place is an error at once, and it is well again when it is back`(
        _ kind: String
    ) throws {
        try SQLiteStore(writing: path).put([record])
        let store = SQLiteStore(reading: path)
        #expect(try read(store) == [record])
        for file in [path, "\(path)-wal", "\(path)-shm"] {
            #expect(rename(file, folder.file("away")) == 0)
            try put(kind, at: file)
            // Opening the pipe would not return.
            for store in file == path ? [store, SQLiteStore(reading: path)] : [SQLiteStore(reading: path)] {
                failure(.unavailable, "is \(kind)") { _ = try read(store) }
                failure(.unavailable, "is \(kind)") { try store.probe() }
            }
            failure(.unavailable, "is \(kind)") { try SQLiteStore(writing: path).put([record]) }
            #expect(remove(file) == 0)
            #expect(rename(folder.file("away"), file) == 0)
            #expect(try read(store) == [record])
        }
    }

    private func put(_ kind: String, at file: String) throws {
        switch kind {
        case "a named pipe": #expect(mkfifo(file, 0o644) == 0)
        case "a folder":
            try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        // A link, since only root makes devices.
        case "a device": #expect(symlink("/dev/null", file) == 0)
        default:
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(file.utf8)) }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
            }
            #expect(result == 0, "\(file): \(String(cString: strerror(errno)))")
        }
    }

    @Test func `a file that is no database is unavailable, and stays as it is`() throws {
        let text = String(repeating: "This is no database. ", count: 1000)
        try folder.write(text, to: "audit.db")
        failure(.unavailable, "restore it") { try SQLiteStore(reading: path).probe() }
        failure(.unavailable, "restore it") { try SQLiteStore(writing: path).put([record]) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test func `a row that no load would have written for its size is an error, and takes nobody's memory`()
        throws
    {
        let large = TestRecord.make(
            "b", at: "2024-02-29T12:00:01Z", user: "large",
            attributes: "{\"a\":\"\(String(repeating: "x", count: 4_300_000))\"}")
        try SQLiteStore(writing: path).put([record, large])
        let store = SQLiteStore(reading: path)
        failure(.unavailable, "more than") {
            _ = try store.read(StoreConformance(store: store).read(.user("large"), .ascending))
        }
        failure(.unavailable, "more than") { _ = try store.fetch([large.key], budget: .ample) }
        #expect(try read(store) == [record])
    }

    @Test func `a damaged database is unavailable, not empty`() throws {
        do {
            let store = SQLiteStore(writing: path)
            try store.put(
                (0..<2000).map { TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00Z", user: "u") }
            )
            try store.checkpoint()
        }
        let file = try #require(FileHandle(forWritingAtPath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4096))
        try file.close()
        failure(.unavailable, "restore it") { _ = try read(SQLiteStore(reading: path)) }
    }

    @Test func `a SQLite database of another program is refused, and stays as it is`() throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
        failure(.unavailable, "not one of audit-query") { try SQLiteStore(reading: path).probe() }
        failure(.unavailable, "not one of audit-query") { try SQLiteStore(writing: path).put([record]) }
        let tables = try DatabaseQueue(path: path).read {
            try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema")
        }
        #expect(tables == ["theirs"])
    }

    @Test func `a database of another version is refused`() throws {
        try SQLiteStore(writing: path).put([record])
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 9") }
        failure(.unavailable, "version 9") { try SQLiteStore(reading: path).probe() }
        failure(.unavailable, "version 9") { try SQLiteStore(writing: path).put([record]) }
    }

    @Test func `a database that another connection locks is busy, and nothing is half written`() throws {
        try SQLiteStore(writing: path).put([record])
        let other = try DatabaseQueue(path: path)
        let second = TestRecord.make("b", at: "2024-02-29T12:00:00Z", user: "u")
        try other.inDatabase { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            failure(.busy, "locked by another process") { try impatient(.write).put([second]) }
            // Readers go on while another process writes.
            #expect(try read(SQLiteStore(reading: path)) == [record])
            try database.execute(sql: "ROLLBACK")
        }
        let store = SQLiteStore(writing: path)
        try store.put([second])
        #expect(try read(store) == [record, second])
    }

    @Test func `a database that another connection keeps for itself is busy for readers`() throws {
        try SQLiteStore(writing: path).put([record])
        let other = try DatabaseQueue(path: path)
        try other.inDatabase { database in
            try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try database.execute(sql: "BEGIN IMMEDIATE; UPDATE entries SET attributes = attributes; COMMIT")
            failure(.busy, "locked by another process") { _ = try read(impatient(.read)) }
        }
    }

    private func limitPages(of store: SQLiteStore, to count: Int) throws {
        try store.database.write { database, _ in
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(count)")
        }
    }

    @Test func `a full database says so, keeps what it had and goes on once there is room`() throws {
        let store = SQLiteStore(writing: path)
        try store.put([record])
        let many = (0..<3000).map {
            TestRecord.make(
                Identifier("\(10_000 + $0)"), at: "2024-02-29T13:00:00Z", user: "many",
                attributes: "{\"text\":\"\(String(repeating: "x", count: 200))\"}")
        }
        try limitPages(of: store, to: 20)
        failure(.full, "make room") { try store.put(many) }
        #expect(try read(store) == [record])
        #expect(
            try store.read(StoreConformance(store: store).read(.user("many"), .ascending)).records.isEmpty)
        try limitPages(of: store, to: 1_000_000)
        try store.put(many)
        #expect(
            try store.read(StoreConformance(store: store).read(.user("many"), .ascending)).records.count
                == 1000)
    }
}
