import GRDB

/// Changes an index of a file as no statement of SQLite's can, and as a failing disk does: its tree is opened as a table.
enum ForgedIndex {
    /// The indexes that lead to records and to names, each with its columns and the row last.
    static let columns = [
        "entries_by_system": ["system", "instant", "nanoseconds", "audit_id", "sequence"],
        "entries_by_user": ["user", "instant", "nanoseconds", "audit_id", "sequence"],
        "entries_by_resource": ["resource", "instant", "nanoseconds", "audit_id", "user", "sequence"],
        "sqlite_autoindex_systems_1": ["name", "form", "id"],
        "sqlite_autoindex_users_1": ["system", "name", "id"],
        "sqlite_autoindex_resources_1": ["system", "name", "id"],
    ]

    /// Runs `statement` with the index as the table `forged`.
    static func change(_ index: String, of path: String, _ statement: String) throws {
        let columns = (columns[index] ?? []).joined(separator: ", ")
        try DatabaseQueue(path: path).inDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    INSERT INTO sqlite_schema SELECT 'table', 'forged', 'forged', rootpage,
                        'CREATE TABLE forged (\(columns), PRIMARY KEY (\(columns))) WITHOUT ROWID'
                        FROM sqlite_schema WHERE name = '\(index)';
                    PRAGMA writable_schema = RESET;
                    """)
            try database.execute(sql: statement)
            try database.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    DELETE FROM sqlite_schema WHERE name = 'forged';
                    PRAGMA writable_schema = RESET;
                    """)
        }
    }
}
