/// The tables and statements of ``TextIndex``.
enum TextIndexSQL {
    /// Texts are folded by this program, and cut into three characters each by SQLite, which is to leave their case alone. The texts
    /// themselves and the places of the characters are not kept: records are looked at again anyway.
    static let tables = """
        CREATE VIRTUAL TABLE text_index USING fts5
        (text, content = '', columnsize = 0, detail = 'none', tokenize = 'trigram case_sensitive 1');
        CREATE TABLE text_index_end (last INTEGER NOT NULL) STRICT;
        INSERT INTO text_index_end VALUES (0);
        """

    /// Whether there is an index, and a whole one.
    static let exists = "SELECT count(*) FROM sqlite_schema WHERE name IN ('text_index', 'text_index_end')"

    /// Up to which number in the order of arrival it has all records.
    static let end = "SELECT last FROM text_index_end"

    /// Says so.
    static let setEnd = "UPDATE text_index_end SET last = ?1"

    /// Takes in the text of a record.
    static let insert = "INSERT INTO text_index (rowid, text) VALUES (?1, ?2)"

    /// The numbers of records that have all of some characters.
    static let numbers = "SELECT rowid FROM text_index WHERE text_index MATCH ?1 LIMIT ?2"

    /// The same, of a range of numbers.
    static let numbersOfRange = """
        SELECT rowid FROM text_index WHERE text_index MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid
        """

    /// Makes a table of all characters in a row that an index has.
    static let terms = "CREATE VIRTUAL TABLE terms USING fts5vocab (text_index, row)"

    /// Those characters.
    static let allTerms = "SELECT term FROM terms"

    /// Some characters as `MATCH` takes them.
    static func quoted(_ characters: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        return [quote] + characters.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
    }

    /// The numbers of records that are not in it.
    static let numbersBehind = "SELECT sequence FROM entries WHERE sequence > ?1 ORDER BY sequence LIMIT ?2"

    /// The key of a record.
    static let key = "SELECT system, instant, nanoseconds, audit_id FROM entries WHERE sequence = ?1"
}
