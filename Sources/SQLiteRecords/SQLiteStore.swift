package import AuditStores
package import AuditRecords
internal import JSONBytes
internal import GRDB

/// The embedded store: one SQLite file in WAL mode, which many processes read while one writes.
package final class SQLiteStore: RecordStore {
    let database: SQLiteDatabase

    /// A store that only reads `path`. The file is opened at the first read, and again when another file
    /// takes its place, so a worker may start before the first load and goes on after a restore.
    package init(reading path: String, readers: Int = 8) {
        database = SQLiteDatabase(path: path, access: .read, readers: readers)
    }

    init(database: SQLiteDatabase) {
        self.database = database
    }

    /// A store that reads and writes `path`, which is made if need be. A file of an earlier version is migrated
    /// when it is first written to.
    package init(writing path: String) {
        database = SQLiteDatabase(path: path, access: .write, readers: 1)
    }

    /// Opens the file as soon as it is there, and again when another takes its place, without waiting for a read.
    /// While a worker has it open, whoever else closes it leaves its log files, which the worker could not make.
    /// Each second it is seen whether it can be read; `note` is told what is wrong with it, and with nil that it is well again.
    package func keepOpen(noting note: @escaping @Sendable (StoreError?) -> Void = { _ in }) {
        database.keepOpen(noting: note)
    }

    /// Reads a run of one partition. Costs some 10 µs, 3 µs a record, and 5 µs for each system that the asking key
    /// may see and that has records there.
    package func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        try database.read(deadline: read.budget.deadline) { database, version in
            var keys = try KeyMerge(read, version: version, in: database)
            let rows = try PreparedStatement(SQLiteSchema.record, in: database)
            defer { rows.reset() }
            var records: [AuditRecord] = []
            var (examined, bytes, place) = (0, 0, read.after)
            while let found = try keys.next() {
                examined += 1
                let key = try found.place.key()
                if found.matches {
                    let record = try rows.record(key, row: found.row)
                    bytes += record.byteCount
                    guard bytes <= read.budget.bytes else {
                        return PartitionRun(records: records, resume: place, withheld: WithheldRecord(record))
                    }
                    records.append(record)
                }
                place = key
                if records.count == read.limit { return PartitionRun(records: records, resume: key) }
                if examined.isMultiple(of: 64), try read.budget.isSpent() {
                    return PartitionRun(records: records, resume: key)
                }
            }
            return PartitionRun(records: records, resume: nil)
        }
    }

    /// The records of these keys, in one statement.
    package func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        // SQL has no list without elements.
        guard !keys.isEmpty else { return FetchedRecords(records: []) }
        let places = keys.map(StoredPlace.init)
        let found = try database.read(deadline: budget.deadline) { database, _ in
            var found: [StoredPlace: AuditRecord] = [:]
            var bytes = 0
            let rows = try PreparedStatement(SQLiteSchema.fetch(count: places.count), in: database)
            defer { rows.reset() }
            for (index, place) in places.enumerated() {
                try rows.bind(place.systemId, at: Int32(2 * index + 1))
                try rows.bind(place.sortKey, at: Int32(2 * index + 2))
            }
            while try rows.step() {
                let place = StoredPlace(sortKey: rows.bytes(4), systemId: rows.bytes(3))
                let record = try rows.record(try place.key())
                // A key that is asked for twice is one record.
                let isNew = found.updateValue(record, forKey: place) == nil
                bytes += isNew ? record.byteCount : 0
                guard bytes <= budget.bytes else { throw StoreError(tooManyBytes: budget.bytes) }
            }
            return found
        }
        return FetchedRecords(records: places.map { found[$0] })
    }

    /// None: a row takes whatever may be a record.
    package func fault(of record: AuditRecord) -> String? { nil }

    /// Writes records in one transaction.
    package func put(_ records: [AuditRecord]) throws(StoreError) {
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
    package func probe() throws(StoreError) {
        try database.read(deadline: .now + .seconds(2)) { database, _ in
            _ = try Row.fetchOne(database, sql: SQLiteSchema.probe)
        }
    }

    /// Empties the write-ahead log into the database file, as far as readers allow it now. A log that stays
    /// would be read over whatever file takes this one's place.
    package func checkpoint() throws(StoreError) {
        try database.checkpoint()
    }
}

extension PreparedStatement {
    /// The record of a key and of a row.
    fileprivate func record(_ key: RecordKey, row: Int64) throws -> AuditRecord {
        reset()
        try bind(row, at: 1)
        guard try step() else { throw StoredRecordFault(key, "its row is missing") }
        return try record(key)
    }

    /// The record of a key, of the row that the statement is at: user, resource and attributes come first.
    fileprivate func record(_ key: RecordKey) throws -> AuditRecord {
        let (user, resource) = (Identifier(bytes(0)), Identifier(bytes(1)))
        for id in [key.systemId, key.auditId, user, resource] where !id.isText {
            throw StoredRecordFault(key, "an id of it is not valid UTF-8")
        }
        do throws(JSONFault) {
            return AuditRecord(
                key: key, userId: user, resourceId: resource,
                attributes: try AuditRecord.readable(attributes: bytes(2)))
        } catch {
            throw StoredRecordFault(key, "attributes: \(error)")
        }
    }
}

extension StoredPlace {
    fileprivate func key() throws -> RecordKey {
        guard let key = RecordKey(self) else { throw StoredRecordFault(self) }
        return key
    }
}

/// A row that cannot be answered with. What is right is not known here, so no part of it is left out instead.
struct StoredRecordFault: Error, CustomStringConvertible {
    let description: String

    fileprivate init(_ key: RecordKey, _ detail: String) {
        let time = String(decoding: key.timestamp, as: UTF8.self)
        description = """
            the record of systemId \(Self.quoted(key.systemId.bytes)), timestamp \(time), auditId \
            \(Self.quoted(key.auditId.bytes)) cannot be answered: \(detail). Load it again, corrected: it replaces \
            the one there
            """
    }

    fileprivate init(_ place: StoredPlace) {
        description = """
            the row of system_id \(Self.quoted(place.systemId)), sort_key \(Self.quoted(place.sortKey)) was not \
            written by this program: delete it, or correct its sort_key
            """
    }

    /// On one line, whatever it holds.
    private static func quoted(_ text: [UInt8]) -> String {
        String(reflecting: String(decoding: text.prefix(200), as: UTF8.self))
    }
}

extension Identifier {
    fileprivate var isText: Bool { (try? UTF8Span(validating: bytes.span)) != nil }
}

extension Budget {
    /// Throws when nobody waits for the answer any more.
    func checkDeadline() throws(StoreError) {
        guard ContinuousClock.now < deadline else {
            throw StoreError(.deadline, "the request's deadline passed during a read")
        }
    }

    /// Whether to end the page here.
    ///
    /// - Throws: when nobody waits for it any more.
    fileprivate func isSpent() throws(StoreError) -> Bool {
        try checkDeadline()
        return soft <= .now
    }
}
