internal import AuditRecords
internal import AuditStores
internal import Threads
internal import Files
internal import Dispatch
internal import Foundation
internal import GRDB
internal import Synchronization

/// A SQLite file, opened when it is first needed, and opened again when another file stands in its place.
final class SQLiteDatabase: Sendable {
    enum Access {
        case read, write
    }

    let opener: SQLiteOpener
    private let namesByteCount: Int
    private var path: String { opener.path }
    /// Threads queue here rather than inside GRDB, which knows no deadline.
    private let freeReaders: DispatchSemaphore
    private let open = Locked<OpenFile?>(nil)
    /// What this process has written and not committed.
    let unfinished = Locked<UnfinishedTransaction?>(nil)
    private let isKeptOpen = Atomic<Bool>(false)

    /// `patience` is how long to wait for another process's lock: longer than twice the longest transaction of a load, unless given.
    init(
        path: String, access: Access, readers: Int, patience: Duration = .seconds(10),
        indexes: SQLiteIndexes = SQLiteIndexes(), namesByteCount: Int = SQLiteStore.fewNames
    ) {
        self.namesByteCount = namesByteCount
        opener = SQLiteOpener(
            path: path, access: access, readers: readers, patience: patience, indexes: indexes)
        freeReaders = DispatchSemaphore(value: readers)
    }

    /// Runs a read. All statements in `body` see one state of the file, and are told the version of its schema.
    func read<Value>(
        deadline: ContinuousClock.Instant, _ body: (Database, _ version: Int) throws -> Value
    ) throws(StoreError) -> Value {
        try reading(deadline) { database, version, _ in try body(database, version) }
    }

    /// Runs a read with the names that its connection knows.
    func read<Value>(
        deadline: ContinuousClock.Instant, _ body: (Database, _ version: Int, NameMemory) throws -> Value
    ) throws(StoreError) -> Value {
        try reading(deadline) { database, version, file in
            try body(database, version, file.names(of: database))
        }
    }

    private func reading<Value>(
        _ deadline: ContinuousClock.Instant, _ body: (Database, Int, OpenFile) throws -> Value
    ) throws(StoreError) -> Value {
        guard freeReaders.wait(until: deadline) else {
            throw StoreError(
                .deadline, "\(path): all \(opener.readers) readers were busy until the request's deadline")
        }
        defer { freeReaders.signal() }
        let file = try file()
        do {
            return try accessing(file) { database in
                // SQLite ends a read's state with the last statement that runs. This one runs until `body` is done.
                let pragma = try PreparedStatement("PRAGMA user_version", in: database)
                defer { pragma.reset() }
                _ = try pragma.step()
                return try body(database, try opener.checked(version: Int(pragma.integer(0))), file)
            }
        } catch {
            throw failure(error)
        }
    }

    /// Whoever has written sees it before it is committed.
    private func accessing<Value>(_ file: OpenFile, _ body: (Database) throws -> Value) throws -> Value {
        let isUnfinished = unfinished.withLock { $0?.file === file }
        return isUnfinished ? try file.pool.writeWithoutTransaction(body) : try file.pool.unsafeRead(body)
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
                try read(deadline: .now + .seconds(1)) { database, version in
                    _ = try Row.fetchOne(database, sql: SQLiteSchema.probe(version))
                }
            } catch {
                // Readers who are all at work say nothing against the file.
                guard error.code == .deadline else { throw error }
            }
        }
    }

    func file() throws(StoreError) -> OpenFile {
        let stamp = LocalFile.stamp(path)
        if opener.access == .read && stamp == nil {
            throw StoreError(.unavailable, "\(path): no such database: `audit-query load` makes it")
        }
        do {
            return try open.withLock { open in
                if let open, let stamp, open.device == stamp.device, open.inode == stamp.inode { return open }
                open = nil
                let pool = try opener.connect()
                let stamp = LocalFile.stamp(path)
                let file = OpenFile(
                    pool: pool, device: stamp?.device ?? 0, inode: stamp?.inode ?? 0,
                    namesByteCount: namesByteCount)
                if stamp != nil { open = file }
                return file
            }
        } catch {
            throw failure(error)
        }
    }

    /// Names the file and says what to do. After a failure that another file in its place may mend, the file
    /// is opened anew by the next read.
    func failure(_ error: any Error) -> StoreError {
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
                    "\(path): has a record of more than \(SQLiteOpener.largestRow) bytes, which `load` would have refused: "
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
