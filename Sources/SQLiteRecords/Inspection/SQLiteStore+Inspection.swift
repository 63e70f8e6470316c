package import AuditStores
internal import GRDB

extension SQLiteStore {
    /// What is damaged in the file, a few faults at most; none when it is whole. Reads all of it, whatever becomes of whoever
    /// asked: its pages (PRAGMA quick_check) in seconds for each gigabyte, and with its indexes whether each row stands in
    /// them, and nothing else (PRAGMA integrity_check), in 3 µs or so for each record.
    package func damage(withIndexes: Bool = false) throws(StoreError) -> [String] {
        try database.read(deadline: .now + .seconds(2)) { database, _ in
            let damage = try Self.damage("quick_check", database)
            // Rows are only looked up where they can be: what else is wrong would be an error without a list.
            return withIndexes && damage.isEmpty ? try Self.damage("integrity_check", database) : damage
        }
    }

    private static func damage(_ check: String, _ database: Database) throws -> [String] {
        try String.fetchAll(database, sql: "PRAGMA \(check)(3)").filter { $0 != "ok" }
    }

    /// What is wrong with records one by one, and with the indexes of attributes and of words, which are no indexes of SQLite's: a few
    /// faults, each with what to do about it; none where every record can be answered and is led to. Nothing is said of files before
    /// version 3. Reads some thousand records at a time, each time of one state of the file, so that loads go on beside it.
    package func recordFaults() throws(StoreError) -> [String] {
        var inspection = RecordInspection()
        var isOver = false
        while !isOver {
            try database.read(deadline: .now + .seconds(2)) { database, version in
                isOver = try version != SQLiteSchema.version || !inspection.step(database)
            }
        }
        return inspection.faults(of: database.opener.path)
    }

    /// Returns when the ends of the table and of every index can be read: some milliseconds, however large the file is.
    package func checkEnds() throws(StoreError) {
        try database.read(deadline: .now + .seconds(2)) { database, version in
            let isEarlier = EarlierSchema.versions.contains(version)
            for (table, index, column) in isEarlier ? EarlierSchema.indexes : SQLiteSchema.indexes {
                for order in ["ASC", "DESC"] {
                    _ = try Row.fetchOne(
                        database,
                        sql: "SELECT * FROM \(table) INDEXED BY \(index) ORDER BY \(column) \(order) LIMIT 1")
                }
            }
        }
    }

    /// Whether there is no record.
    package func isEmpty() throws(StoreError) -> Bool {
        try database.read(deadline: .now + .seconds(2)) { database, version in
            try Row.fetchOne(database, sql: SQLiteSchema.probe(version)) == nil
        }
    }
}
