internal import AuditRecords
internal import AuditStores
internal import GRDB

/// Makes a file before version 3 one of version 3, in transactions that are small beside it. Until the last of them the
/// earlier table is whole, and is what everybody reads and writes, programs of the earlier version too: what they change of
/// records that have been copied, triggers note. Whenever it ends, whoever opens the file for writing goes on from there.
enum Migration {
    /// What is copied in one transaction.
    static let batch = BatchLimit(records: 50_000, bytes: 32 << 20)

    /// Prepares a file, in a transaction, unless that has been done.
    static func begin(_ database: Database) throws {
        guard try !exists("migration", database) else { return }
        try database.execute(sql: MigrationSQL.begin)
    }

    /// Copies what is left, if there is anything to copy, and takes the earlier table away.
    static func finish(_ database: Database, batch: BatchLimit = batch) throws {
        var memory = WriterMemory()
        var isDone = false
        while !isDone {
            try database.inTransaction(.immediate) {
                // Another process may copy, too.
                isDone = try !exists("migration", database) || step(database, batch, &memory)
                return .commit
            }
        }
        for statement in MigrationSQL.ends {
            guard try exists("records", database) else { return }
            try database.inTransaction(.immediate) {
                // Another process may have taken it away meanwhile.
                if try exists("records", database) { try database.execute(sql: statement) }
                return .commit
            }
        }
    }

    /// Asked of the file: GRDB keeps what it knows, and another process may change it.
    private static func exists(_ table: String, _ database: Database) throws -> Bool {
        try Int.fetchOne(
            database, sql: "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?",
            arguments: [table]) != 0
    }

    /// One transaction's work; true when it was the last.
    static func step(
        _ database: Database, _ batch: BatchLimit, _ memory: inout WriterMemory
    ) throws -> Bool {
        if try copy(database, batch, &memory) { return false }
        if try repeatChanges(database, &memory) { return false }
        try database.execute(sql: MigrationSQL.end)
        return true
    }

    /// Copies the next records; false when there are none.
    private static func copy(
        _ database: Database, _ batch: BatchLimit, _ memory: inout WriterMemory
    ) throws -> Bool {
        var position = try Int64.fetchOne(database, sql: "SELECT position FROM migration") ?? .min
        var records: [AuditRecord] = []
        var bytes = 0
        let rows = try PreparedStatement(EarlierSchema.rows, in: database)
        defer { rows.reset() }
        try rows.bind(position, at: 1)
        while records.count < batch.records, bytes < batch.bytes, try rows.step() {
            position = rows.integer(0)
            let record = try rows.earlierRecord(from: 1)
            bytes += record.attributes.count
            records.append(record)
        }
        guard !records.isEmpty else { return false }
        try put(records, database, &memory)
        let update = try PreparedStatement("UPDATE migration SET position = ?1", in: database)
        try update.bind(position, at: 1)
        try update.run()
        return true
    }

    /// Does again what was done to records that had been copied; false when nothing was.
    private static func repeatChanges(_ database: Database, _ memory: inout WriterMemory) throws -> Bool {
        let changes = try self.changes(database)
        guard let last = changes.last else { return false }
        let row = try PreparedStatement(MigrationSQL.rowOfKey, in: database)
        var records: [AuditRecord] = []
        for change in changes {
            defer { row.reset() }
            try row.bind(change.system, at: 1)
            try row.bind(change.sortKey, at: 2)
            if try row.step() {
                records.append(try row.earlierRecord(from: 0))
            } else {
                try remove(RecordKey(systemId: Identifier(change.system), sortKey: change.sortKey), database)
            }
        }
        try put(records, database, &memory)
        let forget = try PreparedStatement(MigrationSQL.forget, in: database)
        try forget.bind(last.number, at: 1)
        try forget.run()
        return true
    }

    /// A key whose record has changed since it was copied.
    private struct Change {
        let system: [UInt8]
        let sortKey: [UInt8]
        let number: Int64
    }

    private static func changes(_ database: Database) throws -> [Change] {
        let statement = try PreparedStatement(MigrationSQL.changed, in: database)
        defer { statement.reset() }
        var changes: [Change] = []
        while try statement.step() {
            changes.append(
                Change(system: statement.bytes(0), sortKey: statement.bytes(1), number: statement.integer(2)))
        }
        return changes
    }

    private static func remove(_ key: RecordKey, _ database: Database) throws {
        let auditId = StoredAuditId(key.auditId)
        let systems = try SystemSearch.systems(named: key.systemId, in: database)
        guard let system = systems.first(where: { $0.form == auditId.form }) else { return }
        let find = try PreparedStatement(SQLiteSchema.numberOfKey, in: database)
        defer { find.reset() }
        try find.bind(system.number, StoredInstant(key.instant), auditId)
        guard try find.step() else { return }
        let remove = try PreparedStatement(SQLiteSchema.remove, in: database)
        try remove.bind(try find.heldNumber(0) { "the record of \(StoredRecordFault.name(of: key))" }, at: 1)
        try remove.run()
    }

    private static func put(
        _ records: [AuditRecord], _ database: Database, _ memory: inout WriterMemory
    ) throws {
        var writer = EntryWriter(database, memory)
        memory = WriterMemory()
        try writer.put(records)
        memory = writer.memory
    }
}

extension PreparedStatement {
    /// The record of a row whose system_id stands in a column, with sort_key, user_id, resource_id and attributes behind it.
    ///
    /// - Throws: when its key is none that this program has written: what it is to be in the new table, nobody knows.
    fileprivate func earlierRecord(from column: Int32) throws -> AuditRecord {
        let system = Identifier(bytes(column))
        let sortKey = bytes(column + 1)
        let key = try RecordKey(systemId: system, sortKey: sortKey)
        guard key.sortKey == sortKey else { throw StoredRecordFault(systemId: system, sortKey: sortKey) }
        return AuditRecord(
            key: key, userId: Identifier(bytes(column + 2)), resourceId: Identifier(bytes(column + 3)),
            attributes: bytes(column + 4))
    }
}
