package import AuditStores
package import AuditRecords
internal import JSONBytes
internal import GRDB

/// The embedded store: one SQLite file in WAL mode, which many processes read while one writes.
package final class SQLiteStore: RecordStore {
    let database: SQLiteDatabase

    /// A store that only reads `path`. The file is opened at the first read, and again when another file
    /// takes its place, so a worker may start before the first load and goes on after a restore. Each reader keeps so
    /// many bytes of names; who reads all of a store finds most of them again.
    package init(reading path: String, readers: Int = 8, namesByteCount: Int = fewNames) {
        database = SQLiteDatabase(path: path, access: .read, readers: readers, namesByteCount: namesByteCount)
    }

    /// What a reader of a worker keeps of names, in bytes: it has several, and answers by pages.
    package static let fewNames = 256 << 10
    /// What a reader of a command keeps, which may read all: some 80,000 names.
    package static let manyNames = 8 << 20

    init(database: SQLiteDatabase) {
        self.database = database
    }

    /// A store that reads and writes `path`, which is made if need be. A file of an earlier version is migrated
    /// when it is first written to. From then on it has the indexes that are wanted.
    package init(writing path: String, indexes: SQLiteIndexes = SQLiteIndexes()) {
        database = SQLiteDatabase(path: path, access: .write, readers: 1, indexes: indexes)
    }

    /// Opens the file as soon as it is there, and again when another takes its place, without waiting for a read.
    /// While a worker has it open, whoever else closes it leaves its log files, which the worker could not make.
    /// Each second it is seen whether it can be read; `note` is told what is wrong with it, and with nil that it is well again.
    package func keepOpen(noting note: @escaping @Sendable (StoreError?) -> Void = { _ in }) {
        database.keepOpen(noting: note)
    }

    /// Reads a run of one partition. Costs some 10 µs, 1 µs a record of a log and 3 µs one of a user, 5 µs for each system that the
    /// asking key may see and that has records there, and 0.3 µs for each record that a sieve leaves out.
    package func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        try database.read(deadline: read.budget.deadline) { database, version, names in
            let value =
                version == SQLiteSchema.version ? try IndexChoice.value(for: read, in: database) : nil
            let isSieved = value == nil && version == SQLiteSchema.version
            let sieve = isSieved ? read.usableSieve.map { names.rowSieve($0) } : nil
            sieve?.begin(NameLookup(database, names))
            defer { sieve?.end() }
            var keys = try KeyMerge(read, value, sieve, version: version, in: database)
            var rows = try FoundRows(
                read, value, sources: keys.sourceCount, version: version, in: database, names)
            defer { rows.end() }
            var run = GrowingRun(read)
            let traced = try TracedAccess(
                read, value, isSieved: sieve != nil, version: version, in: database)
            defer { traced?.note(merged: keys.sourceCount, looked: run.looked, run.records) }
            while let found = try keys.next() {
                let record = found.matches ? try rows.record(of: found) : nil
                if try run.ends(with: record, at: found.key, leftOut: sieve?.leftOut ?? 0) {
                    return run.stopped
                }
            }
            return run.whole(leftOut: sieve?.leftOut ?? 0)
        }
    }

    /// It holds a filter against rows, where that is told by some of their values.
    package var sieves: Bool { true }

    /// The records of these keys, all of one state of the file.
    package func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        try database.read(deadline: budget.deadline) { database, version in
            var rows = try RowsOfKeys(version: version, in: database)
            defer { rows.end() }
            var found: [StoredKey: AuditRecord] = [:]
            var bytes = 0
            let records = try keys.map { key -> AuditRecord? in
                if !found.isEmpty, let record = found[StoredKey(key)] { return record }
                guard let record = try rows.record(of: key, amongMany: keys.count > 8) else { return nil }
                // A key that is asked for twice is one record.
                found[StoredKey(key)] = record
                bytes += record.byteCount
                guard bytes <= budget.bytes else { throw StoreError(tooManyBytes: budget.bytes) }
                return record
            }
            return FetchedRecords(records: records)
        }
    }

    /// True when each is later than all of its system, as records of a log are that is loaded as it grows: one search a system.
    package func hasNone(since firsts: [Identifier: Timestamp]) throws(StoreError) -> Bool {
        try database.read(deadline: .now + .seconds(2)) { database, version in
            guard version == SQLiteSchema.version else { return false }
            var rows = try RowsOfKeys(version: version, in: database)
            defer { rows.end() }
            return try firsts.allSatisfy { try rows.isBehindAll($0.key, $0.value) }
        }
    }

    /// None: a row takes whatever may be a record.
    package func fault(of record: AuditRecord) -> String? { nil }

    /// As many as make rows of a system stand together: a transaction takes several such batches.
    package var batchLimit: BatchLimit { BatchLimit(records: 10_000, bytes: 16 << 20, keys: 5000) }

    /// Writes records in one transaction. What takes another's place comes anew in the order of arrival.
    package func put(_ records: [AuditRecord]) throws(StoreError) {
        try database.write { try write(records, $0, &$1) }
    }

    /// Begins a transaction, unless one is open.
    package func beginWriting() throws(StoreError) { try database.begin() }

    /// Writes records in a transaction that may go on.
    package func append(_ records: [AuditRecord]) throws(StoreError) -> Bool {
        try database.append { try write(records, $0, &$1) }
    }

    /// Commits what was appended.
    package func commit() throws(StoreError) { try database.commit() }

    private func write(_ records: [AuditRecord], _ database: Database, _ memory: inout WriterMemory) throws {
        // Moved, for two owners of it would mean a copy.
        var writer = EntryWriter(database, memory)
        memory = WriterMemory()
        try writer.put(records)
        memory = writer.memory
        _ = try IndexBuilder.step(database)
        if self.database.opener.indexes.text { _ = try TextIndex.step(database, TextIndex.batchOfWrite) }
    }

    /// Returns when the file is there, is ours and can be read.
    package func probe() throws(StoreError) {
        try database.read(deadline: .now + .seconds(2)) { database, version in
            _ = try Row.fetchOne(database, sql: SQLiteSchema.probe(version))
        }
    }

    /// Empties the write-ahead log into the database file, as far as readers allow it now. A log that stays
    /// would be read over whatever file takes this one's place.
    package func checkpoint() throws(StoreError) {
        try database.checkpoint()
    }
}
