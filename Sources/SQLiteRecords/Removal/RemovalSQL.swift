/// The statements of ``EntryRemover``.
enum RemovalSQL {
    /// Overwrites what is removed, for as long as the connection is open.
    static let overwrite = "PRAGMA secure_delete = ON"

    /// Keeps in mind which numbers were given, also those that some other program gave: none is given twice.
    static let keepLast = "UPDATE arrival SET last = (\(SQLiteSchema.lastNumber))"

    /// What is under a key, if it came up to a number.
    static let entry = "\(SQLiteSchema.entryOfKey) AND led.sequence <= ?5"

    /// Takes the text of an entry out of the index of words.
    static let removeText =
        "INSERT INTO text_index (text_index, rowid, text) VALUES ('delete', ?1, ?2)"

    /// Takes a key from a value of an index.
    static func removeKey(_ index: Int64) -> String {
        """
        DELETE FROM \(AttributeIndexSQL.keys(index))
        WHERE value = ?1 AND instant = ?2 AND nanoseconds = ?3 AND audit_id = ?4
        """
    }

    /// Removes a value that leads to no key, but for the last one: its number would be given anew.
    static func removeValue(_ index: Int64) -> String {
        let (keys, values) = (AttributeIndexSQL.keys(index), AttributeIndexSQL.values(index))
        return """
            DELETE FROM \(values) WHERE id = ?1 AND id < (SELECT max(id) FROM \(values))
            AND NOT EXISTS (SELECT 1 FROM \(keys) WHERE value = ?1)
            """
    }

    /// Removes a name that no record has, but for the last one: its number would be given anew.
    static func removeName(_ table: NameTable, _ column: String) -> String {
        """
        DELETE FROM \(table.rawValue) WHERE id = ?1 AND id < (SELECT max(id) FROM \(table.rawValue))
        AND NOT EXISTS (SELECT 1 FROM entries INDEXED BY entries_by_\(column) WHERE \(column) = ?1)
        """
    }
}
