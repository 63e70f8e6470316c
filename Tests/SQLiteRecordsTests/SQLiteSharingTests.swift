// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Foundation
import GRDB
import TestSupport
import Testing
@testable import Files
@testable import SQLiteRecords
@testable import AuditRecords
@testable import StoreConformance
@testable import AuditStores

@Suite struct SQLiteSharingTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }

    private func count(_ store: SQLiteStore, _ user: Identifier) throws -> Int {
        try store.read(StoreConformance(store: store).read(.user(user), .ascending)).records.count
    }

    @Test func `a database that takes another's place is read from then on`() throws {
        try SQLiteStore(writing: path).put([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "old")])
        let reader = SQLiteStore(reading: path)
        #expect(try count(reader, "old") == 1)
        let other = folder.file("other.db")
        try SQLiteStore(writing: other).put([TestRecord.make("b", at: "2024-02-29T12:00:00Z", user: "new")])
        // As a restore does it: the old one's log must not be taken for the new one's.
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        #expect(rename(other, path) == 0)
        #expect(try count(reader, "new") == 1)
        #expect(try count(reader, "old") == 0)
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: StoreError.self) { try reader.probe() }
    }

    @Test func `a checkpoint leaves an empty log, so that a file put in its place is read alone`() throws {
        let store = SQLiteStore(writing: path)
        try store.put([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "old")])
        #expect(LocalFile.stamp(path + "-wal")?.size != 0)
        try store.checkpoint()
        #expect(LocalFile.stamp(path + "-wal")?.size == 0)
    }

    @Test func `a writer leaves the log files, which a reader that may not write there cannot make`() throws {
        do {
            let store = SQLiteStore(writing: path)
            try store.put([TestRecord.make("a", at: "2024-02-29T12:00:00Z")])
            try store.checkpoint()
        }
        for suffix in ["-wal", "-shm"] { #expect(LocalFile.stamp(path + suffix) != nil, "\(suffix)") }
        #expect(LocalFile.stamp(path + "-wal")?.size == 0)
    }

    /// Opens and closes it as `sqlite3` does, which takes the log files away when it is the last.
    private func visit() throws {
        let other = try DatabaseQueue(path: path)
        #expect(try other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entries") } == 1)
        try other.close()
    }

    @Test func `a worker that keeps it open keeps its log files, without a read, also those of a later file`()
        throws
    {
        let reader = SQLiteStore(reading: path)
        reader.keepOpen()
        for user in ["first", "second"] {
            let new = folder.file("new.db")
            try SQLiteStore(writing: new).put([
                TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: Identifier(user))
            ])
            for end in ["-wal", "-shm", ""] { #expect(rename(new + end, path + end) == 0) }
            #expect(eventually { reader.database.isOpen(LocalFile.stamp(path)) })
            try visit()
            for end in ["-wal", "-shm"] { #expect(LocalFile.stamp(path + end) != nil, "\(end)") }
            #expect(try count(reader, Identifier(user)) == 1)
        }
    }

    @Test func `the thread that keeps a file open ends with the store`() throws {
        weak var database: SQLiteDatabase?
        do {
            let store = SQLiteStore(reading: path)
            database = store.database
            store.keepOpen()
        }
        #expect(eventually { database == nil })
    }

    @Test func `the database's files are for its owner and group only`() throws {
        let store = SQLiteStore(writing: path)
        try store.put([TestRecord.make("a", at: "2024-02-29T12:00:00Z")])
        for suffix in ["", "-wal", "-shm"] {
            let mode = try #require(fileMode(path + suffix))
            #expect(mode & 0o137 == 0, "\(suffix) has mode \(String(mode, radix: 8))")
        }
    }

    @Test func `all statements of a read see one state of the file`() throws {
        let writer = SQLiteStore(writing: path)
        try writer.put([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")])
        let reader = SQLiteStore(reading: path)
        try reader.database.read(deadline: .now + .seconds(60)) { database, _ in
            func count() throws -> Int? {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM entries")
            }
            #expect(try count() == 1)
            try writer.put([TestRecord.make("b", at: "2024-02-29T12:00:00Z", user: "u")])
            #expect(try count() == 1)
        }
        #expect(try count(reader, "u") == 2)
    }

    @Test func `readers see whole batches while a writer loads`() throws {
        let path = path
        let writer = SQLiteStore(writing: path)
        try writer.probe()
        let batchSize = 50
        let stores = (0..<2).map { _ in SQLiteStore(reading: path, readers: 2) }
        let writing = Running {
            (0..<20).allSatisfy { batch in
                let records = (0..<batchSize).map { index in
                    TestRecord.make(
                        Identifier("id-\(index)"), at: Timestamp(seconds: 1_709_208_000 + Int64(batch)),
                        user: "u")
                }
                return (try? writer.put(records)) != nil
            }
        }
        onThreads(4) { index in
            var last = 0
            var isLast = false
            while !isLast {
                isLast = writing.result(within: 0) != nil
                let store = stores[index % 2]
                guard
                    let page = try? store.read(
                        StoreConformance(store: store).read(.user("u"), .ascending, limit: 2000))
                else {
                    Issue.record("a reader failed while a writer loads")
                    return
                }
                #expect(page.records.count.isMultiple(of: batchSize))
                #expect(page.records.count >= last)
                last = page.records.count
            }
            #expect(last == 20 * batchSize)
        }
        #expect(writing.result() == true)
    }

    @Test func `more readers at once than connections wait for one, and give up at their deadline`() throws {
        try SQLiteStore(writing: path).put([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")])
        let database = SQLiteDatabase(path: path, access: .read, readers: 1)
        let barrier = Barrier()
        let holder = Running {
            (try? database.read(deadline: .now + .seconds(60)) { _, _ in barrier.wait() }) != nil
        }
        #expect(eventually { barrier.arrived == 1 })
        let error = #expect(throws: StoreError.self) {
            try database.read(deadline: .now + .milliseconds(20)) { _, _ in }
        }
        #expect(error?.code == .deadline)
        let waiter = Running { (try? database.read(deadline: .now + .seconds(60)) { _, _ in }) != nil }
        barrier.open()
        #expect(holder.result() == true)
        #expect(waiter.result() == true)
    }
}
