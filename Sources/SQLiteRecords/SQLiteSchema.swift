internal import AuditRecords

/// The tables of the embedded store, with the same three ways in as the DynamoDB table: by system and day, by
/// user, by resource. The indexes of the last two lead with the system behind the user or resource: so a key that
/// may see some systems only is answered without passing a record of another
/// ([decision 35](docs/decisions/0035-reads-pass-no-foreign-record.md)).
///
/// `sort_key` is `<timestamp>#<auditId>` with the timestamp at nine digits, so that the order of its bytes is
/// the order of ``RecordKey``. (As bytes, `10:00:00.5Z` would come before `10:00:00Z`.)
enum SQLiteSchema {
    /// Marks the file as ours (PRAGMA application_id): "AuQ1".
    static let applicationID = 0x4175_5131
    /// PRAGMA user_version. In version 1 the system came behind the sort_key in both indexes.
    static let version = 2
    /// What can be read: a package is upgraded before the first load migrates the file.
    static let readableVersions = 1...version

    /// Finds nothing wrong with a file that can be read.
    static let probe = "SELECT 1 FROM records LIMIT 1"

    static let statements = """
        CREATE TABLE records (
            system_id TEXT NOT NULL,
            sort_key TEXT NOT NULL,
            user_id TEXT NOT NULL,
            resource_id TEXT NOT NULL,
            attributes TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX by_system ON records (system_id, sort_key);
        \(indexes)
        PRAGMA application_id = \(applicationID);
        """

    /// Makes a file of version 1 one of version 2, in a transaction. Rows stay as they are.
    static let migration = """
        DROP INDEX IF EXISTS by_user;
        DROP INDEX IF EXISTS by_resource;
        \(indexes)
        """

    private static let indexes = """
        CREATE INDEX by_user ON records (user_id, system_id, sort_key);
        CREATE INDEX by_resource ON records (resource_id, system_id, sort_key, user_id);
        PRAGMA user_version = \(version);
        """

    static let insert = """
        INSERT INTO records (system_id, sort_key, user_id, resource_id, attributes) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (system_id, sort_key) DO UPDATE SET
            user_id = excluded.user_id, resource_id = excluded.resource_id, attributes = excluded.attributes
        """

    /// Looks up rows by system_id and sort_key, `count` pairs of them. A join: for
    /// `(system_id, sort_key) IN (VALUES …)` SQLite 3.40 walks the whole index.
    static func fetch(count: Int) -> String {
        let values = Array(repeating: "(?, ?)", count: count).joined(separator: ", ")
        return """
            SELECT user_id, resource_id, attributes, system_id, sort_key
            FROM (VALUES \(values)) AS asked CROSS JOIN records INDEXED BY by_system
            ON system_id = asked.column1 AND sort_key = asked.column2
            """
    }

    /// What a row has besides its key.
    static let record = "SELECT user_id, resource_id, attributes FROM records WHERE rowid = ?1"
}

extension RecordKey {
    private static let timestampByteCount = 30

    /// The key's place in the order of the embedded store, within its system.
    var sortKey: [UInt8] {
        instant.text(fractionDigits: 9) + [UInt8(ascii: "#")] + auditId.bytes
    }

    /// The key of a row; nil when the row was not written by this program.
    init?(_ place: StoredPlace) {
        let sortKey = place.sortKey
        guard sortKey.count > Self.timestampByteCount,
            let instant = try? Timestamp.parse(Array(sortKey.prefix(Self.timestampByteCount))).instant
        else { return nil }
        self.init(
            systemId: Identifier(place.systemId), instant: instant,
            auditId: Identifier(sortKey.dropFirst(Self.timestampByteCount + 1)))
    }
}
