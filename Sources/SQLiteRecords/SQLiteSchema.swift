internal import AuditRecords

/// The tables of the embedded store ([decision 55](docs/decisions/0055-the-embedded-stores-second-schema.md)).
///
/// Every id has a number, and a record has those. There are the same three ways to it as in the DynamoDB table: by system and
/// day, by user, by resource. A user or resource has a number in each system: so a key that may see some systems only is
/// answered without passing a record or a name of another
/// ([decision 35](docs/decisions/0035-reads-pass-no-foreign-record.md)). Numbers are never given anew, nor taken back.
enum SQLiteSchema {
    /// Marks the file as ours (PRAGMA application_id): "AuQ1".
    static let applicationID = 0x4175_5131
    /// PRAGMA user_version.
    static let version = 3
    /// What can be read: a package is upgraded before the first load migrates the file.
    static let readableVersions = EarlierSchema.versions.lowerBound...version

    /// The tables. `sequence` is the order of arrival; `instant` is in milliseconds since 1970, and `nanoseconds` those after
    /// it; `audit_id` is of the form that its system's number says (``AuditIdForm``); `attributes` are a text as it came, or a
    /// blob of their shape's number and their values (``AttributeShape``).
    static let tables = """
        CREATE TABLE systems (id INTEGER PRIMARY KEY, name TEXT NOT NULL, form INTEGER NOT NULL, UNIQUE (name, form)) STRICT;
        CREATE TABLE users (id INTEGER PRIMARY KEY, system INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (system, name)) STRICT;
        CREATE TABLE resources (id INTEGER PRIMARY KEY, system INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (system, name)) STRICT;
        CREATE TABLE shapes (id INTEGER PRIMARY KEY, shape BLOB NOT NULL UNIQUE) STRICT;
        CREATE TABLE arrival (last INTEGER NOT NULL) STRICT;
        INSERT INTO arrival VALUES (0);
        CREATE TABLE entries (
            sequence INTEGER PRIMARY KEY,
            system INTEGER NOT NULL,
            instant INTEGER NOT NULL,
            nanoseconds INTEGER NOT NULL,
            audit_id ANY NOT NULL,
            user INTEGER NOT NULL,
            resource INTEGER NOT NULL,
            attributes ANY NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX entries_by_system ON entries (system, instant, nanoseconds, audit_id);
        CREATE INDEX entries_by_user ON entries (user, instant, nanoseconds, audit_id);
        CREATE INDEX entries_by_resource ON entries (resource, instant, nanoseconds, audit_id, user);
        """

    /// What makes an empty file one of this version.
    static let statements = """
        \(tables)
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    /// Each index, its table, and its first column.
    static let indexes = [
        ("entries", "entries_by_system", "system"), ("entries", "entries_by_user", "user"),
        ("entries", "entries_by_resource", "resource"),
    ]

    /// Finds nothing wrong with a file that can be read.
    static func probe(_ version: Int) -> String {
        "SELECT 1 FROM \(EarlierSchema.versions.contains(version) ? "records" : "entries") LIMIT 1"
    }

    /// The last number that was given, or that somebody else has taken.
    static let lastNumber = """
        SELECT max(last, coalesce((SELECT max(sequence) FROM entries), 0)) FROM arrival
        """

    /// Puts a record, unless there is one of its key.
    static let insert = """
        INSERT INTO entries
        (sequence, system, instant, nanoseconds, audit_id, user, resource, attributes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (system, instant, nanoseconds, audit_id) DO NOTHING
        """

    /// What is under a key: `led` is what the index has, and `held` the row that it leads to, if that has the key, too.
    static let ofKey = """
        FROM entries AS led INDEXED BY entries_by_system
        LEFT JOIN entries AS held NOT INDEXED ON held.sequence = led.sequence
            AND held.system = ?1 AND held.instant = ?2 AND held.nanoseconds = ?3 AND held.audit_id = ?4
        WHERE led.system = ?1 AND led.instant = ?2 AND led.nanoseconds = ?3 AND led.audit_id = ?4
        """

    /// The number of what is under a key.
    static let numberOfKey = "SELECT led.sequence, held.sequence \(ofKey)"

    /// What is under a key, and its number.
    static let entryOfKey =
        "SELECT held.user, held.resource, held.attributes, led.sequence, held.sequence \(ofKey)"

    /// Takes away an entry.
    static let remove = "DELETE FROM entries WHERE sequence = ?1"

    /// Entries from the one of a number on. Each cursor has a text of its own, and so a statement.
    static func entries(_ order: SortOrder, cursor: Int) -> String {
        order == .ascending ? laterEntries[cursor] : earlierEntries[cursor]
    }

    private static let laterEntries = (0..<RowCursor.most).map { entries(">=", "ASC", cursor: $0) }
    private static let earlierEntries = (0..<RowCursor.most).map { entries("<=", "DESC", cursor: $0) }

    private static func entries(_ comparison: String, _ direction: String, cursor: Int) -> String {
        """
        SELECT user, resource, attributes, sequence, instant, nanoseconds, audit_id, system \
        FROM entries /* cursor \(cursor) */ WHERE sequence \(comparison) ?1 ORDER BY sequence \(direction)
        """
    }

    /// Entries behind a place in the order of arrival.
    static let arrivals = """
        SELECT user, resource, attributes, sequence, system, instant, nanoseconds, audit_id
        FROM entries WHERE sequence > ?1 ORDER BY sequence
        """

    /// The last instant of a system.
    static let lastInstant = """
        SELECT instant, nanoseconds FROM entries INDEXED BY entries_by_system
        WHERE system = ?1 ORDER BY instant DESC, nanoseconds DESC LIMIT 1
        """

    /// The numbers of a system, with the form of each.
    static let numbersOfSystem = "\(ledSystems) WHERE led.name = ?1"

    /// Systems from a name on, and before another one.
    static let systemsBetween =
        "\(ledSystems) WHERE led.name >= ?1 AND led.name < ?2 ORDER BY led.name, led.form"

    /// Systems that an index has, and the numbers of those that it leads to, if they are the same.
    private static let ledSystems = """
        SELECT led.id, held.id, led.form, led.name FROM systems AS led
        LEFT JOIN systems AS held NOT INDEXED ON held.id = led.id AND held.name = led.name AND held.form = led.form
        """

    /// A system by its number.
    static let system = "SELECT id, id, form, name FROM systems WHERE id = ?1"
}
