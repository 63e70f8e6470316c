internal import AuditRecords
internal import AuditStores
internal import GRDB

/// The index of words ([decision 60](docs/decisions/0060-searches-fold-case-one-character-at-a-time.md)): which three characters
/// stand in a row in the strings of a record, folded as searches fold them.
///
/// The file says up to which number in the order of arrival it has all records. A number is never given anew, and what is under
/// it never changes: so nothing is ever taken out, numbers of records that are gone stand for none, and what a program has stored
/// that knows nothing of the index lies behind its end. The end moves in the transaction that takes records in, so whoever is
/// killed leaves it as it was before.
enum TextIndex {
    /// What is taken in by one transaction where nothing else is written.
    static let batch = BatchLimit(records: 20_000, bytes: 16 << 20)

    /// What is taken in by a transaction that writes records: all of those, and some that others have left out.
    static let batchOfWrite = BatchLimit(records: 60_000, bytes: 256 << 20)

    /// Whether a file has one.
    static func exists(_ database: Database) throws -> Bool {
        try Int.fetchOne(database, sql: TextIndexSQL.exists) == 2
    }

    /// Makes an empty one, in a transaction, unless there is one.
    static func begin(_ database: Database) throws {
        guard try !exists(database) else { return }
        try database.execute(sql: TextIndexSQL.tables)
    }

    /// Takes in the next records; true when none are missing.
    static func step(_ database: Database, _ batch: BatchLimit) throws -> Bool {
        let end = try self.end(database)
        var rows = try ArrivedRows(after: end, Restriction(scope: .all), in: database, NameMemory())
        defer { rows.end() }
        let insert = try PreparedStatement(TextIndexSQL.insert, in: database)
        var (count, bytes, reached) = (0, 0, end)
        while count < batch.records, bytes < batch.bytes {
            guard let (number, record) = try rows.next() else {
                try setEnd(max(reached, try ArrivalOrder.end(in: database).number), database)
                return true
            }
            guard let record else { continue }
            let text = try self.text(of: record)
            try insert.bind(number, at: 1)
            try insert.bind(text, at: 2)
            try insert.run()
            (count, bytes, reached) = (count + 1, bytes + text.count, number)
        }
        try setEnd(reached, database)
        return false
    }

    /// What it has of a record.
    static func text(of record: AuditRecord) throws -> [UInt8] {
        do {
            return try RecordSearch.text(of: record)
        } catch {
            throw StoredRecordFault(record.key, "attributes: \(error)")
        }
    }

    /// Up to which number it has all records.
    static func end(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: TextIndexSQL.end) ?? 0
    }

    private static func setEnd(_ end: Int64, _ database: Database) throws {
        let statement = try PreparedStatement(TextIndexSQL.setEnd, in: database)
        try statement.bind(end, at: 1)
        try statement.run()
    }
}
