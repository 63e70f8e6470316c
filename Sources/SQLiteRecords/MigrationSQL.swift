/// The statements of ``Migration``.
enum MigrationSQL {
    /// Makes the new tables beside the earlier one, and has changes of what has been copied noted.
    static let begin = """
        \(SQLiteSchema.tables)
        CREATE TABLE migration (position INTEGER NOT NULL) STRICT;
        INSERT INTO migration VALUES (\(Int64.min));
        CREATE TABLE changed (system_id TEXT NOT NULL, sort_key TEXT NOT NULL) STRICT;
        CREATE TRIGGER note_insert AFTER INSERT ON records WHEN new.rowid <= (SELECT position FROM migration) BEGIN
            INSERT INTO changed VALUES (new.system_id, new.sort_key);
        END;
        CREATE TRIGGER note_update AFTER UPDATE ON records WHEN old.rowid <= (SELECT position FROM migration) BEGIN
            INSERT INTO changed VALUES (old.system_id, old.sort_key), (new.system_id, new.sort_key);
        END;
        CREATE TRIGGER note_delete AFTER DELETE ON records WHEN old.rowid <= (SELECT position FROM migration) BEGIN
            INSERT INTO changed VALUES (old.system_id, old.sort_key);
        END;
        """

    /// Some keys whose records have changed since they were copied, one of them perhaps twice: what a trigger does on a conflict
    /// is decided by the statement that it belongs to, so there can be none.
    static let changed = "SELECT system_id, sort_key, rowid FROM changed ORDER BY rowid LIMIT 10000"

    /// Forgets changes up to one.
    static let forget = "DELETE FROM changed WHERE rowid <= ?1"

    /// The row of a key.
    static let rowOfKey = """
        SELECT system_id, sort_key, user_id, resource_id, attributes FROM records INDEXED BY by_system
        WHERE system_id = ?1 AND sort_key = ?2
        """

    /// From here on the new tables are read. A load of the earlier version that still has the file open is refused.
    static let end = """
        DROP TRIGGER note_insert;
        DROP TRIGGER note_update;
        DROP TRIGGER note_delete;
        DROP TABLE changed;
        DROP TABLE migration;
        CREATE TRIGGER refuse_insert BEFORE INSERT ON records BEGIN
            SELECT RAISE(ABORT, '\(refusal)');
        END;
        CREATE TRIGGER refuse_update BEFORE UPDATE ON records BEGIN
            SELECT RAISE(ABORT, '\(refusal)');
        END;
        PRAGMA user_version = \(SQLiteSchema.version);
        """

    private static let refusal = """
        this file has schema version \(SQLiteSchema.version) now: load again with the audit-query that has changed it
        """

    /// Give the earlier table's room back to the file, each in a transaction of its own.
    static let ends = [
        "DROP INDEX IF EXISTS by_resource", "DROP INDEX IF EXISTS by_user", "DROP INDEX IF EXISTS by_system",
        "DROP TABLE records",
    ]
}
