internal import AuditStores
internal import Threads
internal import GRDB
internal import GRDBSQLite

/// A transaction that is open between two writes.
struct UnfinishedTransaction {
    let file: OpenFile
    let began: ContinuousClock.Instant
}

extension SQLiteDatabase {
    /// From here on a transaction ends with the write that is under way: others who write, as followers of logs do, wait for it, and
    /// are patient for more than twice as long.
    private static let longest = Duration.seconds(4)

    /// Runs a write, and commits it with all that was appended before it. `body` gets what the last one knew of the file, and
    /// leaves what it knows.
    func write(_ body: (Database, inout WriterMemory) throws -> Void) throws(StoreError) {
        if try !append(body) { try commit() }
    }

    /// Runs a write within a transaction that stays open, until it has taken its time or the cache cannot hold its pages any more:
    /// what several writes touch is then written once. Returns whether all is committed.
    func append(_ body: (Database, inout WriterMemory) throws -> Void) throws(StoreError) -> Bool {
        let file = try fileOfTransaction()
        do {
            return try file.pool.writeWithoutTransaction { database in
                let transaction = try transaction(of: file, database)
                // What a transaction that fails has learnt is forgotten with it.
                var known = try file.takeMemory(database)
                try body(database, &known)
                file.memory.withLock { $0 = known }
                let isLong = transaction.began + Self.longest <= .now
                guard isLong || Self.hasSpilled(database) else { return false }
                try commit(database)
                return true
            }
        } catch {
            throw rolledBack(file, error)
        }
    }

    /// Begins a transaction, unless one is open: until it ends nobody else writes, and what is read is read within it.
    func begin() throws(StoreError) {
        let file = try fileOfTransaction()
        do {
            try file.pool.writeWithoutTransaction { _ = try transaction(of: file, $0) }
        } catch {
            throw rolledBack(file, error)
        }
    }

    /// The transaction that is open, or that begins now.
    private func transaction(of file: OpenFile, _ database: Database) throws -> UnfinishedTransaction {
        if !database.isInsideTransaction {
            try database.beginTransaction(.immediate)
            try opener.checkWritable(database)
        }
        return unfinished.withLock { unfinished in
            let transaction = unfinished ?? UnfinishedTransaction(file: file, began: .now)
            unfinished = transaction
            return transaction
        }
    }

    /// Makes stay what was appended.
    func commit() throws(StoreError) {
        guard unfinished.withLock({ $0 != nil }) else { return }
        let file = try fileOfTransaction()
        do {
            try file.pool.writeWithoutTransaction { try commit($0) }
        } catch {
            throw rolledBack(file, error)
        }
    }

    /// Empties the write-ahead log into the file. When readers hold it for longer than `patience`, as much as
    /// they allow is moved, and the next checkpoint does the rest: nothing is lost by that.
    func checkpoint() throws(StoreError) {
        try commit()
        let file = try file()
        do {
            try file.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            return
        } catch {
            throw failure(error)
        }
    }

    /// Whose transaction is open, or that is to have one. Throws when it is not the file any more.
    private func fileOfTransaction() throws(StoreError) -> OpenFile {
        let file = try file()
        guard let unfinished = unfinished.withLock({ $0 }), unfinished.file !== file else { return file }
        throw rolledBack(
            unfinished.file,
            StoreError(
                .unavailable,
                "\(opener.path): another file has taken its place while it was written to: what was not certain yet is in "
                    + "neither of them: load again"))
    }

    private func commit(_ database: Database) throws {
        try database.commit()
        unfinished.withLock { $0 = nil }
        _ = Self.hasSpilled(database)
    }

    /// Ends the transaction, and forgets what it has learnt.
    private func rolledBack(_ file: OpenFile, _ error: any Error) -> StoreError {
        unfinished.withLock { $0 = nil }
        file.memory.withLock { $0 = WriterMemory() }
        // What cannot be rolled back has been already: SQLite does so by itself after some errors.
        try? file.pool.writeWithoutTransaction { if $0.isInsideTransaction { try $0.rollback() } }
        return failure(error)
    }

    /// Whether pages had to be written before their time since this was asked last.
    private static func hasSpilled(_ database: Database) -> Bool {
        var (now, highest) = (CInt(0), CInt(0))
        let result = sqlite3_db_status(
            database.sqliteConnection, SQLITE_DBSTATUS_CACHE_SPILL, &now, &highest, 1)
        return result == SQLITE_OK && now > 0
    }
}
