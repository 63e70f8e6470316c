// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import Foundation
import GRDB
import GRDBSQLite
import TestSupport
import Testing
@testable import StoreConformance
@testable import SQLiteRecords
@testable import AuditRecords
@testable import AuditStores

/// From earlier versions of the file to this one.
@Suite struct SQLiteMigrationTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }
    private let records = (0..<100).map {
        TestRecord.make(
            Identifier("\($0)"), at: "2024-02-29T12:00:00Z", system: ["s", "t"][$0 % 2], user: "u",
            attributes: #"{"n":\#($0),"s":"x"}"#)
    }
    /// Many transactions.
    private let smallBatch = BatchLimit(records: 7, bytes: 1 << 20)

    private func read(_ store: SQLiteStore) throws -> Set<AuditRecord> {
        Set(try store.read(StoreConformance(store: store).read(.user("u"), .ascending)).records)
    }

    private func schema(_ path: String) throws -> (version: Int?, statements: Set<String>) {
        try DatabaseQueue(path: path).read { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA user_version"),
                Set(try String.fetchAll(database, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"))
            )
        }
    }

    @Test(arguments: [1, 2])
    func `the first write makes version 3 of it, and an open reader goes on`(_ version: Int) throws {
        try EarlierFile.write(records, path, version: version)
        let reader = SQLiteStore(reading: path)
        #expect(try read(reader) == Set(records))
        #expect(try schema(path).version == version)
        let writer = SQLiteStore(writing: path)
        try writer.put([])
        #expect(try read(reader) == Set(records))
        #expect(try read(SQLiteStore(reading: path)) == Set(records))
        #expect(try writer.damage() == [])
        let made = folder.file("new.db")
        try SQLiteStore(writing: made).put([])
        #expect(try schema(path) == schema(made))
        // And it is written to as any other.
        try writer.put([records[0]])
        #expect(try read(reader) == Set(records))
    }

    @Test func `every record of any kind comes through as it was answered before`() throws {
        forAll(cases: 20) { random in
            let folder = try TemporaryFolder()
            let path = folder.file("audit.db")
            let vocabulary = Vocabulary(&random)
            var model = RecordModel()
            model.put((0..<random.number(below: 300)).map { _ in vocabulary.record(&random) })
            try EarlierFile.write(Array(model.records.values), path, version: random.pick([1, 2]))
            let before = try all(path, model)
            try SQLiteStore(writing: path).put([])
            try require(try schema(path).version == 3, "it has the version of before")
            try require(try all(path, model) == before, "another answer than before")
        }
    }

    private func all(_ path: String, _ model: RecordModel) throws -> [AuditRecord?] {
        let keys = model.records.keys.sorted()
        return try SQLiteStore(reading: path).fetch(keys, budget: .ample).records
    }

    @Test func `a migration that cannot begin leaves the earlier version, and it is read`() throws {
        try EarlierFile.write(records, path, version: 1)
        let other = try DatabaseQueue(path: path)
        try other.inDatabase { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            let writer = SQLiteStore(
                database: SQLiteDatabase(path: path, access: .write, readers: 1, patience: .milliseconds(50)))
            #expect(throws: StoreError.self) { try writer.put([]) }
            #expect(try read(SQLiteStore(reading: path)) == Set(records))
            try database.execute(sql: "ROLLBACK")
        }
        #expect(try schema(path).version == 1)
    }

    /// SQLite asks every few steps whether to go on: at each of many places it is not to.
    @Test(arguments: [1, 2])
    func `interrupted anywhere, it is read whole, and goes on from there`(_ version: Int) throws {
        var places: Set<Int> = []
        var (limit, last) = (4, "")
        try EarlierFile.write(records, path, version: version)
        try untilDone("the migration", turns: 10_000) {
            let isDone = try interrupted(after: limit)
            let now = try schema(path)
            places.insert((now.version ?? 0) * 1000 + now.statements.count)
            try require(
                try read(SQLiteStore(reading: path)) == Set(records), "a record is missing or there twice")
            // Hardly enough for the next transaction: so that each is interrupted.
            let state = try "\(now.version ?? 0) \(now.statements.count) \(position() ?? 0)"
            limit = state == last ? limit + limit / 4 : max(4, limit / 2)
            last = state
            return isDone
        }
        #expect(try schema(path).version == 3)
        #expect(try SQLiteStore(reading: path).damage() == [])
        // Before it began, while it copied, behind the last copy with each part of the earlier table, and without it.
        #expect(places.count >= 4, "\(places)")
        try SQLiteStore(writing: path).put([])
        #expect(try read(SQLiteStore(reading: path)) == Set(records))
    }

    /// How far it has copied.
    private func position() throws -> Int64? {
        try DatabaseQueue(path: path).read { database in
            try database.tableExists("migration")
                ? try Int64.fetchOne(database, sql: "SELECT position FROM migration") : nil
        }
    }

    /// Whether it came to its end before so many of SQLite's steps.
    private func interrupted(after limit: Int) throws -> Bool {
        let steps = Steps(left: limit)
        return try DatabaseQueue(path: path).inDatabase { database in
            sqlite3_progress_handler(
                database.sqliteConnection, 10,
                { context in
                    let steps = Unmanaged<Steps>.fromOpaque(context!).takeUnretainedValue()
                    steps.left -= 1
                    return steps.left < 0 ? 1 : 0
                }, Unmanaged.passUnretained(steps).toOpaque())
            defer { sqlite3_progress_handler(database.sqliteConnection, 0, nil, nil) }
            do {
                if try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0 < 3 {
                    try database.inTransaction(.immediate) {
                        try Migration.begin(database)
                        return .commit
                    }
                }
                try Migration.finish(database, batch: smallBatch)
                return true
            } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
                return false
            }
        }
    }

    private final class Steps {
        var left: Int
        init(left: Int) { self.left = left }
    }

    @Test func `what a program of the earlier version changes meanwhile is not lost`() throws {
        forAll(cases: 15) { random in
            let folder = try TemporaryFolder()
            let path = folder.file("audit.db")
            let vocabulary = Vocabulary(&random)
            var model = RecordModel()
            let first = (0..<200).map { _ in vocabulary.record(&random) }
            model.put(first)
            try EarlierFile.write(first, path, version: 2)
            let file = try DatabaseQueue(path: path)
            try file.inDatabase { database in
                try database.inTransaction(.immediate) {
                    try Migration.begin(database)
                    return .commit
                }
                var isDone = false
                var memory = WriterMemory()
                try untilDone("the migration", turns: 10_000) {
                    let some = random.once(in: 3) ? (0..<20).map { _ in vocabulary.record(&random) } : []
                    model.put(some)
                    try EarlierFile.put(some, database)
                    if random.once(in: 4), let gone = model.records.keys.randomElement(using: &random) {
                        model.remove(gone)
                        try database.execute(
                            sql: "DELETE FROM records WHERE system_id = ? AND sort_key = ?",
                            arguments: [
                                gone.systemId.description, String(decoding: gone.sortKey, as: UTF8.self),
                            ])
                    }
                    try database.inTransaction(.immediate) {
                        isDone = try Migration.step(database, smallBatch, &memory)
                        return .commit
                    }
                    return isDone
                }
                try Migration.finish(database)
            }
            let keys = Set(model.records.keys).union(first.map(\.key)).sorted()
            try require(
                try SQLiteStore(reading: path).fetch(keys, budget: .ample).records
                    == keys.map { model.records[$0] },
                "another record than the last")
        }
    }

    @Test func `a load of the earlier version that still has it open is refused when it is done`() throws {
        try EarlierFile.write(records, path, version: 2)
        let earlier = try DatabaseQueue(path: path)
        try earlier.inDatabase { database in
            try database.inTransaction(.immediate) {
                try Migration.begin(database)
                return .commit
            }
            var memory = WriterMemory()
            var isDone = false
            try untilDone("the migration", turns: 10_000) {
                try database.inTransaction(.immediate) {
                    isDone = try Migration.step(database, smallBatch, &memory)
                    return .commit
                }
                return isDone
            }
            for record in [records[0], TestRecord.make("new", at: "2024-02-29T12:00:00Z")] {
                let error = #expect(throws: DatabaseError.self) { try EarlierFile.put([record], database) }
                #expect(error?.message?.contains("schema version 3") == true)
            }
            try Migration.finish(database)
            #expect(throws: DatabaseError.self) { try EarlierFile.put([records[0]], database) }
        }
        #expect(try read(SQLiteStore(reading: path)) == Set(records))
    }

    @Test func `a row that no version has written stops it before anything is lost, and is named`() throws {
        try EarlierFile.write(records, path, version: 2)
        try DatabaseQueue(path: path).write {
            try $0.execute(
                sql: "INSERT INTO records VALUES ('s', '2024-02-29T12:00:00.0000+00:00#x', 'u', 'r', '{}')")
        }
        let error = #expect(throws: StoreError.self) { try SQLiteStore(writing: path).put([]) }
        #expect(error?.description.contains("2024-02-29T12:00:00.0000+00:00#x") == true, "\(error as Any)")
        #expect(error?.description.contains("delete it") == true)
        #expect(try schema(path).version == 2)
        #expect(try read(SQLiteStore(reading: path)).count == records.count + 1)
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "DELETE FROM records WHERE user_id = 'u' AND resource_id = 'r'")
        }
        try SQLiteStore(writing: path).put([])
        #expect(try read(SQLiteStore(reading: path)) == Set(records))
    }

    @Test func `a file without room says so, is read as before, and goes on with room`() throws {
        let many = (0..<800).map {
            TestRecord.make(Identifier("id-\($0)"), at: Timestamp(seconds: Int64($0)), user: "u")
        }
        try EarlierFile.write(many, path, version: 2)
        let file = try DatabaseQueue(path: path)
        func migrate(morePages: Int) throws {
            try file.inDatabase { database in
                let count = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
                _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(count + morePages)")
                try database.inTransaction(.immediate) {
                    try Migration.begin(database)
                    return .commit
                }
                try Migration.finish(database, batch: smallBatch)
            }
        }
        for morePages in [5, 20, 4] {
            let error = #expect(throws: DatabaseError.self) { try migrate(morePages: morePages) }
            #expect(error?.resultCode == .SQLITE_FULL)
            #expect(try schema(path).version == 2)
            #expect(try read(SQLiteStore(reading: path)) == Set(many))
        }
        try migrate(morePages: 1 << 20)
        #expect(try schema(path).version == 3)
        #expect(try read(SQLiteStore(reading: path)) == Set(many))
    }

    @Test func `two that migrate it at once do it once`() throws {
        let many = (0..<3000).map {
            TestRecord.make(Identifier("id-\($0)"), at: Timestamp(seconds: Int64($0)), user: "u")
        }
        try EarlierFile.write(many, path, version: 2)
        let path = path
        onThreads(3) { _ in
            do {
                try SQLiteStore(writing: path).put([])
            } catch {
                Issue.record("\(error)")
            }
        }
        let store = SQLiteStore(reading: path)
        let keys = many.map(\.key)
        #expect(try store.fetch(keys, budget: .ample).records == many)
        #expect(try store.arrivals(limit: .max).records.count == many.count)
    }

    @Test func `a file that becomes one of an earlier version while it is open is not written to`() throws {
        let store = SQLiteStore(writing: path)
        try store.put([records[0]])
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 2") }
        let error = #expect(throws: StoreError.self) { try store.put([records[1]]) }
        #expect(
            error?.description.contains("has schema version 2 since it was opened") == true, "\(error as Any)"
        )
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 3") }
        #expect(
            try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entries") }
                == 1)
    }

    @Test func `a reader that is open when the version becomes one that it does not know refuses it`() throws
    {
        try SQLiteStore(writing: path).put(records)
        let reader = SQLiteStore(reading: path)
        let writer = SQLiteStore(writing: path)
        try writer.put([])
        #expect(try read(reader) == Set(records))
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 4") }
        let error = #expect(throws: StoreError.self) { try read(reader) }
        #expect(error?.description.contains("version 4") == true)
        #expect(error?.description.contains("newer audit-query") == true)
        #expect(throws: StoreError.self) { try writer.put([records[0]]) }
    }
}
