internal import AuditRecords
internal import AuditStores
internal import CSQLite
internal import Files
internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// Opens a SQLite file, for reading or for writing, when it is one of audit-query.
struct SQLiteOpener {
    /// The bytes of the largest row that is read: more than `load` takes.
    static let largestRow = RecordRules.lineByteCount + 64 << 10

    /// Seconds between two looks at another writer's lock.
    private static let look = 0.001
    /// Set once, before the library's first use. By default SQLite counts the bytes of each allocation, of all threads together behind
    /// one lock: a twentieth of a load. Nobody asks for the sum (sqlite.org/c3ref/c_config_covering_index_scan.html).
    private static let memoryStatistics = csqlite_set_memory_statistics(0)
    /// The cache of whoever writes.
    private static let cacheKilobytes = 256 << 10

    let path: String
    let access: SQLiteDatabase.Access
    let readers: Int
    /// How long to wait for another process's lock.
    let patience: Duration
    /// What else the file is to have than its own indexes.
    let indexes: SQLiteIndexes

    /// The file, opened: its kind, that it is ours and its version are checked. For writing it is made, or brought to the newest
    /// version, if need be.
    func connect() throws -> DatabasePool {
        _ = Self.memoryStatistics
        try SQLiteFiles(path).checkKinds()
        // Audit records: nobody but owner and group reads them. The log files get the database's mode.
        if access == .write, LocalFile.stamp(path) == nil { try LocalFile.create(path, mode: 0o640) }
        let configuration = access == .read ? configurationOfReader : configurationOfWriter
        let pool = try DatabasePool(path: path, configuration: configuration)
        if access == .write {
            // Not before: GRDB sets NORMAL when it turns to a write-ahead log. What is said to be stored stays stored through a
            // power cut; the cache has the pages that a transaction touches, the log those of a few.
            try pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 10000")
                try $0.execute(sql: "PRAGMA cache_size = -\(Self.cacheKilobytes)")
            }
            try pool.writeWithoutTransaction(makeSchema)
        }
        _ = try pool.unsafeRead(schemaVersion)
        return pool
    }

    private var configurationOfReader: Configuration {
        var configuration = configurationOfBoth
        configuration.readonly = true
        configuration.prepareDatabase { database in
            try RowFunction.add(to: database)
            // SQLite has a whole row in memory before anybody can tell how large it is.
            sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_LENGTH, CInt(Self.largestRow))
        }
        return configuration
    }

    private var configurationOfWriter: Configuration {
        var configuration = configurationOfBoth
        // A transaction goes on while the next batch is ready. Between two of them another writer has a millisecond or so: SQLite's
        // own timeout looks every 100 ms, and would wait for many.
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .callback { [patience] looks in
            Thread.sleep(forTimeInterval: Self.look)
            return Double(looks) * Self.look < patience / .seconds(1)
        }
        configuration.prepareDatabase { database in
            try RowFunction.add(to: database)
            // Larger pages than usual, in a file that is made now: so trees are lower. The cache is for looking up what is there.
            try database.execute(sql: "PRAGMA page_size = 8192; PRAGMA cache_size = -16384")
            // The log files stay when the load ends. Workers that may not write in this folder cannot make
            // them, and without them a database in WAL mode cannot be read (sqlite.org/wal.html, 5).
            var keeps: CInt = 1
            sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &keeps)
        }
        return configuration
    }

    private var configurationOfBoth: Configuration {
        var configuration = Configuration()
        configuration.label = "audit-query"
        configuration.maximumReaderCount = readers
        configuration.busyMode = .timeout(patience / .seconds(1))
        return configuration
    }

    /// Makes it a file of the newest version.
    private func makeSchema(_ database: Database) throws {
        try database.inTransaction(.immediate) {
            let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
            if isEmpty {
                try database.execute(sql: SQLiteSchema.statements)
            } else if EarlierSchema.versions.contains(try schemaVersion(database)) {
                try Migration.begin(database)
            }
            return .commit
        }
        try Migration.finish(database)
        if indexes != SQLiteIndexes() {
            try database.inTransaction(.immediate) {
                if let attributes = indexes.attributes {
                    try IndexBuilder.setIndexes(attributes, in: database)
                }
                if indexes.text { try TextIndex.begin(database) }
                return .commit
            }
        }
        // The last in the list of tables, where each read looks whether there are indexes.
        try database.inTransaction(.immediate) {
            try ArrivalOrder.begin(database)
            return .commit
        }
    }

    /// Throws when records cannot be written: whoever has the file open while another version of this program changes it.
    func checkWritable(_ database: Database) throws {
        let version = try schemaVersion(database)
        guard version == SQLiteSchema.version else {
            throw StoreError(
                .unavailable, "\(path): has schema version \(version) since it was opened: load again")
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

    /// A version that this program knows; throws for another.
    func checked(version: Int) throws(StoreError) -> Int {
        let known = SQLiteSchema.readableVersions
        guard !known.contains(version) else { return version }
        throw StoreError(
            .unavailable,
            """
            \(path): has schema version \(version); this program knows \(known.lowerBound) to \(known.upperBound). A newer \
            audit-query has written it: install that one here, or put a backup of before in its place
            """)
    }
}
