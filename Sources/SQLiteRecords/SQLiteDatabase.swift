internal import AuditStores
internal import AuditRecords
internal import Threads
internal import Files
internal import Dispatch
internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Synchronization

/// A SQLite file, opened when it is first needed, and opened again when another file stands in its place.
final class SQLiteDatabase: Sendable {
    enum Access {
        case read, write
    }

    /// The bytes of the largest row that is read: more than `load` takes.
    private static let largestRow = RecordRules.lineByteCount + 64 << 10

    private let path: String
    private let access: Access
    private let readers: Int
    /// How long to wait for another process's lock.
    private let patience: Duration
    /// Threads queue here rather than inside GRDB, which knows no deadline.
    private let freeReaders: DispatchSemaphore
    private let open = Locked<Open?>(nil)
    private let isKeptOpen = Atomic<Bool>(false)

    private struct Open {
        let pool: DatabasePool
        let device: UInt
        let inode: UInt
    }

    init(path: String, access: Access, readers: Int, patience: Duration = .seconds(5)) {
        self.patience = patience
        self.path = path
        self.access = access
        self.readers = readers
        freeReaders = DispatchSemaphore(value: readers)
    }

    /// Runs a read. All statements in `body` see one state of the file, and are told the version of its schema.
    func read<Value>(
        deadline: ContinuousClock.Instant, _ body: (Database, _ version: Int) throws -> Value
    ) throws(StoreError) -> Value {
        guard freeReaders.wait(until: deadline) else {
            throw StoreError(
                .deadline, "\(path): all \(readers) readers were busy until the request's deadline")
        }
        defer { freeReaders.signal() }
        let pool = try pool()
        do {
            return try pool.unsafeRead { database in
                // SQLite ends a read's state with the last statement that runs. This one runs until `body` is done.
                let pragma = try PreparedStatement("PRAGMA user_version", in: database)
                defer { pragma.reset() }
                _ = try pragma.step()
                return try body(database, try checked(version: Int(pragma.integer(0))))
            }
        } catch {
            throw failure(error)
        }
    }

    /// Opens the file on a thread of its own, now or when it is there, and looks every second whether it still is the
    /// one that is open and can be read. Tells of each look that fails, and with nil of the first one after those that does not.
    func keepOpen(noting note: @escaping @Sendable (StoreError?) -> Void) {
        guard !isKeptOpen.exchange(true, ordering: .relaxed) else { return }
        let thread = Thread { [weak self] in
            var hasFailed = false
            while let look = self?.look() {
                switch look {
                case .failure(let error): note(error)
                case .success where hasFailed: note(nil)
                case .success: break
                }
                hasFailed = look.isFailure
                Thread.sleep(forTimeInterval: 1)
            }
        }
        thread.name = "store"
        thread.start()
    }

    /// Whether this file is open.
    func isOpen(_ stamp: LocalFile.Stamp?) -> Bool {
        open.withLock { open in open.map { $0.device == stamp?.device && $0.inode == stamp?.inode } ?? false }
    }

    private func look() -> Result<Void, StoreError> {
        Result { () throws(StoreError) in
            do throws(StoreError) {
                try read(deadline: .now + .seconds(1)) { database, _ in
                    _ = try Row.fetchOne(database, sql: SQLiteSchema.probe)
                }
            } catch {
                // Readers who are all at work say nothing against the file.
                guard error.code == .deadline else { throw error }
            }
        }
    }

    /// Runs a write as one transaction.
    func write(_ body: (Database) throws -> Void) throws(StoreError) {
        let pool = try pool()
        do {
            try pool.write(body)
        } catch {
            throw failure(error)
        }
    }

    /// Empties the write-ahead log into the file. When readers hold it for longer than `patience`, as much as
    /// they allow is moved, and the next checkpoint does the rest: nothing is lost by that.
    func checkpoint() throws(StoreError) {
        let pool = try pool()
        do {
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            return
        } catch {
            throw failure(error)
        }
    }

    private func pool() throws(StoreError) -> DatabasePool {
        let stamp = LocalFile.stamp(path)
        if access == .read && stamp == nil {
            throw StoreError(.unavailable, "\(path): no such database: `audit-query load` makes it")
        }
        do {
            return try open.withLock { open in
                if let open, let stamp, open.device == stamp.device, open.inode == stamp.inode {
                    return open.pool
                }
                open = nil
                let pool = try connect()
                if let stamp = LocalFile.stamp(path) {
                    open = Open(pool: pool, device: stamp.device, inode: stamp.inode)
                }
                return pool
            }
        } catch {
            throw failure(error)
        }
    }

    private func connect() throws -> DatabasePool {
        try SQLiteFiles(path).checkKinds()
        var configuration = Configuration()
        configuration.label = "audit-query"
        configuration.maximumReaderCount = readers
        configuration.busyMode = .timeout(patience / .seconds(1))
        if access == .read {
            configuration.readonly = true
            configuration.prepareDatabase { database in
                // SQLite has a whole row in memory before anybody can tell how large it is.
                sqlite3_limit(
                    database.sqliteConnection, SQLITE_LIMIT_LENGTH, CInt(Self.largestRow))
            }
        } else {
            // Audit records: nobody but owner and group reads them. The log files get the database's mode.
            if LocalFile.stamp(path) == nil { try LocalFile.create(path, mode: 0o640) }
            configuration.prepareDatabase { database in
                // A load that said it was done stays done through a power cut.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // The log files stay when the load ends. Workers that may not write in this folder cannot make
                // them, and without them a database in WAL mode cannot be read (sqlite.org/wal.html, 5).
                var keeps: CInt = 1
                sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &keeps)
            }
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        if access == .write { try pool.writeWithoutTransaction(makeSchema) }
        _ = try pool.unsafeRead(schemaVersion)
        return pool
    }

    private func makeSchema(_ database: Database) throws {
        try database.inTransaction(.immediate) {
            let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
            if isEmpty {
                try database.execute(sql: SQLiteSchema.statements)
            } else if try schemaVersion(database) < SQLiteSchema.version {
                try database.execute(sql: SQLiteSchema.migration)
            }
            return .commit
        }
    }

    /// Throws when it is not ours, or of a version that this program does not know.
    private func schemaVersion(_ database: Database) throws -> Int {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
        guard application == SQLiteSchema.applicationID else {
            throw StoreError(.unavailable, "\(path): is a SQLite database, but not one of audit-query")
        }
        return try checked(version: try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0)
    }

    private func checked(version: Int) throws(StoreError) -> Int {
        let known = SQLiteSchema.readableVersions
        guard !known.contains(version) else { return version }
        throw StoreError(
            .unavailable,
            "\(path): has schema version \(version); this program knows \(known.lowerBound) to \(known.upperBound)"
        )
    }

    /// Names the file and says what to do. After a failure that another file in its place may mend, the file
    /// is opened anew by the next read.
    private func failure(_ error: any Error) -> StoreError {
        switch error {
        case let error as StoreError: return error
        case let error as FileError: return StoreError(.unavailable, error.description)
        case let error as StoredRecordFault: return StoreError(.unreadable, "\(path): \(error)")
        case let error as DatabaseError:
            let message = error.message ?? "\(error.resultCode)"
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                return StoreError(.busy, "\(path): locked by another process: \(message)")
            case .SQLITE_TOOBIG:
                return StoreError(
                    .unavailable,
                    "\(path): has a record of more than \(Self.largestRow) bytes, which `load` would have refused: "
                        + "find it by length(attributes), and make it smaller or delete it")
            case .SQLITE_FULL:
                return StoreError(.full, "\(path): \(message): make room on its file system, then go on")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                open.withLock { $0 = nil }
                return StoreError(
                    .unavailable, "\(path): \(message): restore it from a backup, or load it again")
            default:
                open.withLock { $0 = nil }
                let code = error.extendedResultCode.rawValue
                return StoreError(
                    .unavailable, SQLiteFiles(path).obstacle ?? "\(path): \(message) (SQLite's code \(code))")
            }
        default: return StoreError(.unavailable, "\(path): \(error)")
        }
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}
