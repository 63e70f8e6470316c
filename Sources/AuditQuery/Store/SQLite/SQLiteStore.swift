internal import GRDB

/// The embedded store: one SQLite file in WAL mode, which many processes read while one writes.
public final class SQLiteStore: RecordStore {
    let database: SQLiteDatabase

    /// None: a read costs microseconds.
    public var readAhead: HelperThreads? { nil }

    /// A store that only reads `path`. The file is opened at the first read, and again when another file
    /// takes its place, so a worker may start before the first load and goes on after a restore.
    public init(reading path: String, readers: Int = 8) {
        database = SQLiteDatabase(path: path, access: .read, readers: readers)
    }

    init(database: SQLiteDatabase) {
        self.database = database
    }

    /// A store that reads and writes `path`, which is made if need be.
    public init(writing path: String) {
        database = SQLiteDatabase(path: path, access: .write, readers: 1)
    }

    /// Reads a run of one partition. Costs some 10 µs and 3 µs a record.
    public func read(_ read: RangeRead) throws(StoreError) -> RangePage {
        let statement = RangeStatement(read)
        return try database.read(deadline: read.budget.deadline) { database in
            let cursor = try Row.fetchCursor(
                database.cachedStatement(sql: statement.sql), arguments: statement.arguments)
            var records: [AuditRecord] = []
            var (examined, bytes, place) = (0, 0, read.after)
            while let row = try cursor.next() {
                examined += 1
                let key = try row.key(systemColumn: 1, sortColumn: 2)
                if row[0] {
                    let record = row.record(key, from: 3)
                    bytes += record.byteCount
                    guard bytes <= read.budget.bytes else {
                        return RangePage(records: records, resume: place, withheld: record.byteCount)
                    }
                    records.append(record)
                }
                place = key
                if records.count == read.limit { return RangePage(records: records, resume: key) }
                if examined.isMultiple(of: 64), try read.budget.isSpent() {
                    return RangePage(records: records, resume: key)
                }
            }
            return RangePage(records: records, resume: nil)
        }
    }

    /// The records of these keys, in one statement.
    public func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        // SQL has no list without elements.
        guard !keys.isEmpty else { return FetchedRecords(records: []) }
        let wanted = keys.map { StoredPlace(systemId: $0.systemId, sortKey: $0.sortKey) }
        let sql = SQLiteSchema.fetch(count: wanted.count)
        let arguments = StatementArguments(
            wanted.flatMap { [$0.systemId.description, String(decoding: $0.sortKey, as: UTF8.self)] })
        let found = try database.read(deadline: budget.deadline) { database in
            var found: [StoredPlace: AuditRecord] = [:]
            var bytes = 0
            let cursor = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
            while let row = try cursor.next() {
                let key = try row.key(systemColumn: 0, sortColumn: 1)
                let record = row.record(key, from: 2)
                // A key that is asked for twice is one record.
                let isNew =
                    found.updateValue(
                        record, forKey: StoredPlace(systemId: key.systemId, sortKey: row.bytes(1))) == nil
                bytes += isNew ? record.byteCount : 0
                guard bytes <= budget.bytes else { throw StoreError(tooManyBytes: budget.bytes) }
            }
            return found
        }
        return FetchedRecords(records: wanted.map { found[$0] })
    }

    /// None: a row takes whatever a record has.
    public func fault(of record: AuditRecord) -> String? { nil }

    /// Writes records in one transaction.
    public func put(_ records: [AuditRecord]) throws(StoreError) {
        try database.write { database in
            let statement = try database.cachedStatement(sql: SQLiteSchema.insert)
            for record in records {
                try statement.execute(arguments: [
                    record.key.systemId.description, String(decoding: record.key.sortKey, as: UTF8.self),
                    record.userId.description, record.resourceId.description,
                    String(decoding: record.attributes, as: UTF8.self),
                ])
            }
        }
    }

    /// Returns when the file is there, is ours and can be read.
    public func probe() throws(StoreError) {
        try database.read(deadline: .now + .seconds(2)) { database in
            _ = try Row.fetchOne(database, sql: "SELECT 1 FROM records LIMIT 1")
        }
    }

    /// Empties the write-ahead log into the database file, as far as readers allow it now. A log that stays
    /// would be read over whatever file takes this one's place.
    public func checkpoint() throws(StoreError) {
        try database.checkpoint()
    }

    private struct StoredPlace: Hashable {
        let systemId: Identifier
        let sortKey: [UInt8]
    }
}

extension Budget {
    /// Whether to end the page here.
    ///
    /// - Throws: when nobody waits for it any more.
    fileprivate func isSpent() throws(StoreError) -> Bool {
        let now = ContinuousClock.now
        guard now < deadline else {
            throw StoreError(.deadline, "the request's deadline passed during a read")
        }
        return soft <= now
    }
}

extension Row {
    /// The bytes of a text, as they are stored.
    fileprivate func bytes(_ column: Int) -> [UInt8] {
        (try? withUnsafeData(atIndex: column) { data in data.map { [UInt8]($0) } }) ?? []
    }

    fileprivate func key(systemColumn: Int, sortColumn: Int) throws -> RecordKey {
        guard let key = RecordKey(systemId: bytes(systemColumn), sortKey: bytes(sortColumn)) else {
            throw StoreError(
                .unavailable, "a row of the database has a sort_key that this program did not write")
        }
        return key
    }

    fileprivate func record(_ key: RecordKey, from column: Int) -> AuditRecord {
        AuditRecord(
            key: key, userId: Identifier(bytes(column)), resourceId: Identifier(bytes(column + 1)),
            attributes: bytes(column + 2))
    }
}
