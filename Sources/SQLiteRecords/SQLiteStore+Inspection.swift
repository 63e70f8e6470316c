package import AuditStores
internal import GRDB

extension SQLiteStore {
    /// What is damaged in the file (PRAGMA quick_check), a few faults at most; none when it is whole. Reads all of it: seconds
    /// for each gigabyte, whatever becomes of whoever asked.
    package func damage() throws(StoreError) -> [String] {
        try database.read(deadline: .now + .seconds(2)) { database, _ in
            try String.fetchAll(database, sql: "PRAGMA quick_check(3)").filter { $0 != "ok" }
        }
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
