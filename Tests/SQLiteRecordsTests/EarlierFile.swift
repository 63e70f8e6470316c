import GRDB
@testable import AuditRecords
@testable import SQLiteRecords

/// Files as earlier versions of this program have made them.
struct EarlierFile {
    let version: Int

    var statements: String {
        """
        CREATE TABLE records (
            system_id TEXT NOT NULL,
            sort_key TEXT NOT NULL,
            user_id TEXT NOT NULL,
            resource_id TEXT NOT NULL,
            attributes TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX by_system ON records (system_id, sort_key);
        \(indexes)
        PRAGMA application_id = \(SQLiteSchema.applicationID);
        PRAGMA user_version = \(version);
        """
    }

    private var indexes: String {
        version == 1
            ? """
            CREATE INDEX by_user ON records (user_id, sort_key, system_id);
            CREATE INDEX by_resource ON records (resource_id, sort_key, system_id, user_id);
            """
            : """
            CREATE INDEX by_user ON records (user_id, system_id, sort_key);
            CREATE INDEX by_resource ON records (resource_id, system_id, sort_key, user_id);
            """
    }

    func make(_ path: String) throws {
        try DatabasePool(path: path).write { try $0.execute(sql: statements) }
    }

    /// Writes records into a file of a version as that version's program does; with 3 as this one does.
    static func write(_ records: [AuditRecord], _ path: String, version: Int) throws {
        guard version < 3 else { return try SQLiteStore(writing: path).put(records) }
        try EarlierFile(version: version).make(path)
        try DatabasePool(path: path).write { try put(records, $0) }
    }

    /// Puts records as programs of version 1 and 2 do.
    static func put(_ records: [AuditRecord], _ database: Database) throws {
        for record in records {
            try database.execute(
                sql: """
                    INSERT INTO records (system_id, sort_key, user_id, resource_id, attributes) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (system_id, sort_key) DO UPDATE SET
                        user_id = excluded.user_id, resource_id = excluded.resource_id, attributes = excluded.attributes
                    """,
                arguments: [
                    record.key.systemId.description, String(decoding: record.key.sortKey, as: UTF8.self),
                    record.userId.description, record.resourceId.description,
                    String(decoding: record.attributes, as: UTF8.self),
                ])
        }
    }
}
