internal import AuditRecords
internal import GRDB

/// An index of the values that records have at a path. It has two tables: one that numbers values, in each system by
/// themselves as users are, and one that leads from such a number to keys of records, in the order of answers.
///
/// It may lead to keys that have no record any more, or one of another value: whoever uses it looks. What it may not is to miss
/// one: the file says up to which number in the order of arrival it has all.
struct AttributeIndex {
    /// Which one it is.
    let number: Int64
    let path: AttributePath
    /// It has every entry up to this one.
    let indexed: Int64

    /// The indexes of a file, complete or not.
    static func all(in database: Database) throws -> [AttributeIndex] {
        guard try areThere(database) else { return [] }
        let statement = try PreparedStatement(AttributeIndexSQL.all, in: database)
        defer { statement.reset() }
        var indexes: [AttributeIndex] = []
        while try statement.step() {
            // What is no path is no index that this program knows: it is left alone, and grows older.
            guard let path = try? AttributePath(String(decoding: statement.bytes(1), as: UTF8.self)) else {
                continue
            }
            indexes.append(
                AttributeIndex(number: statement.integer(0), path: path, indexed: statement.integer(2)))
        }
        return indexes
    }

    /// The number of the index of a path, if it has every entry there is.
    static func complete(for path: AttributePath, in database: Database) throws -> Int64? {
        let statement = try PreparedStatement(AttributeIndexSQL.complete, in: database)
        defer { statement.reset() }
        try statement.bind(Array(path.description.utf8), at: 1)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// Whether the file has had one. Asked of the file: GRDB keeps what it knows, and another process may change it.
    static func areThere(_ database: Database) throws -> Bool {
        let statement = try PreparedStatement(AttributeIndexSQL.areThere, in: database)
        defer { statement.reset() }
        return try statement.step()
    }
}

/// One value of an index.
struct ValueIndex {
    /// Which index.
    let index: Int64
    let value: IndexedValue

    /// What the value has for numbers in a system: its own, and that of what may be any value. No more than two.
    func numbers(in system: Int64, _ database: Database) throws -> [Int64] {
        let statement = try PreparedStatement(AttributeIndexSQL.numbersOfValue(index), in: database)
        defer { statement.reset() }
        try statement.bind(system, at: 1)
        try statement.bind(value, at: 2)
        var numbers: [Int64] = []
        while try statement.step() { numbers.append(statement.integer(0)) }
        return numbers
    }

    /// The number of the value itself in a system; nil where no record of it has had it.
    func number(in system: Int64, _ database: Database) throws -> Int64? {
        let statement = try PreparedStatement(AttributeIndexSQL.numberOfValue(index), in: database)
        defer { statement.reset() }
        try statement.bind(system, at: 1)
        try statement.bind(value, at: 2)
        return try statement.step() ? statement.integer(0) : nil
    }
}

extension PreparedStatement {
    /// Gives the place `?number` a value as an index has it: a text for a string, and else bytes.
    func bind(_ value: IndexedValue, at number: Int32) throws {
        if value.isString {
            try bind(value.bytes, at: number)
        } else {
            try bind(blob: value.bytes, at: number)
        }
    }
}

/// The statements of indexes of attributes. `indexed` says up to which entry an index has all, in the order of arrival.
enum AttributeIndexSQL {
    /// Whether a file has had an index.
    static let areThere = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'attribute_indexes'"

    /// All indexes.
    static let all = "SELECT id, path, indexed FROM attribute_indexes ORDER BY id"

    /// The index of a path, if it has every entry.
    static let complete = """
        SELECT id FROM attribute_indexes WHERE path = ?1 AND indexed >= (\(SQLiteSchema.lastNumber))
        """

    /// Says how far an index has come.
    static let note = "UPDATE attribute_indexes SET indexed = ?2 WHERE id = ?1"

    /// Entries behind a place in the order of arrival.
    static let entries = """
        SELECT sequence, system, instant, nanoseconds, audit_id, attributes
        FROM entries WHERE sequence > ?1 ORDER BY sequence
        """

    /// Makes what all indexes have in common. This program never changes an entry, it replaces it; who does so by hand has the
    /// indexes begin again there.
    static let table = """
        CREATE TABLE attribute_indexes (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, indexed INTEGER NOT NULL) STRICT;
        CREATE TRIGGER index_update AFTER UPDATE ON entries BEGIN
            UPDATE attribute_indexes SET indexed = min(indexed, old.sequence - 1, new.sequence - 1);
        END;
        """

    /// Makes an index that has nothing yet.
    static func create(_ index: Int64) -> String {
        """
        CREATE TABLE \(values(index)) (
            id INTEGER PRIMARY KEY, system INTEGER NOT NULL, value ANY NOT NULL, UNIQUE (system, value)
        ) STRICT;
        CREATE TABLE \(keys(index)) (
            value INTEGER NOT NULL,
            instant INTEGER NOT NULL,
            nanoseconds INTEGER NOT NULL,
            audit_id ANY NOT NULL,
            PRIMARY KEY (value, instant, nanoseconds, audit_id)
        ) WITHOUT ROWID, STRICT;
        """
    }

    /// Takes an index away.
    static func drop(_ index: Int64) -> String {
        """
        DROP TABLE \(keys(index));
        DROP TABLE \(values(index));
        DELETE FROM attribute_indexes WHERE id = \(index);
        """
    }

    /// The numbers of the value `?2` in the system `?1`, and of what may be any value.
    static func numbersOfValue(_ index: Int64) -> String {
        "SELECT id FROM \(values(index)) WHERE system = ?1 AND value IN (?2, x'')"
    }

    /// The number of the value `?2` alone.
    static func numberOfValue(_ index: Int64) -> String {
        "SELECT id FROM \(values(index)) WHERE system = ?1 AND value = ?2"
    }

    /// Gives a value the next number.
    static func insertValue(_ index: Int64) -> String {
        "INSERT INTO \(values(index)) (system, value) VALUES (?1, ?2)"
    }

    /// Leads from a value to a key, if nothing did so.
    static func insertKey(_ index: Int64) -> String {
        "INSERT OR IGNORE INTO \(keys(index)) (value, instant, nanoseconds, audit_id) VALUES (?1, ?2, ?3, ?4)"
    }

    /// Whether a value leads to a key.
    static func isThere(_ index: Int64) -> String {
        """
        SELECT 1 FROM \(keys(index)) WHERE value = ?1 AND instant = ?2 AND nanoseconds = ?3 AND audit_id = ?4
        """
    }

    /// The table that leads from a value to keys.
    static func keys(_ index: Int64) -> String { "attribute_\(index)_keys" }

    /// The table that numbers values.
    static func values(_ index: Int64) -> String { "attribute_\(index)_values" }
}
