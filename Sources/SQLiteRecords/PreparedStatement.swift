internal import GRDB
internal import GRDBSQLite

/// A statement that is run again and again within one read. GRDB prepares and keeps it; its rows and arguments
/// would cost more than what SQLite does for them.
struct PreparedStatement {
    private let statement: Statement
    private let handle: OpaquePointer

    init(_ sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    /// Ends what it was running, and keeps its values.
    func reset() { sqlite3_reset(handle) }

    /// Ends what it was running, and forgets its values.
    func forget() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// Gives the place `?number` a text, or what comes after every text for nil.
    func bind(_ text: [UInt8]?, at number: Int32) throws {
        guard let text else { return try check(sqlite3_bind_zeroblob(handle, number, 0)) }
        try text.withUnsafeBytes { bytes in
            // An empty array may have no address, and SQLite would take that for NULL.
            try withUnsafeBytes(of: 0 as UInt8) { empty in
                let start = bytes.isEmpty ? UnsafeRawBufferPointer(rebasing: empty[..<0]) : bytes
                try bind(start, isText: true, at: number)
            }
        }
    }

    /// Gives the place `?number` bytes, which are a text or not. At least one, or no text.
    func bind(_ bytes: UnsafeRawBufferPointer, isText: Bool, at number: Int32) throws {
        try bind(bytes, isText, at: number, Self.copies)
    }

    /// The same without a copy: the bytes stay where they are until ``forget()``.
    func bind(borrowed bytes: UnsafeRawBufferPointer, isText: Bool, at number: Int32) throws {
        try bind(bytes, isText, at: number, nil)
    }

    private func bind(
        _ bytes: UnsafeRawBufferPointer, _ isText: Bool, at number: Int32, _ keeps: sqlite3_destructor_type?
    ) throws {
        let count = Int32(bytes.count)
        guard isText else {
            return try check(sqlite3_bind_blob(handle, number, bytes.baseAddress, count, keeps))
        }
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        try check(sqlite3_bind_text(handle, number, start, count, keeps))
    }

    /// Gives the place `?number` bytes that are no text.
    func bind(blob: [UInt8], at number: Int32) throws {
        try blob.withUnsafeBytes { try bind($0, isText: false, at: number) }
    }

    /// Gives the place `?number` a pointer of a kind, which functions of this program know, until ``forget()``.
    func bind(pointer: UnsafeMutableRawPointer, _ kind: UnsafePointer<CChar>, at number: Int32) throws {
        try check(sqlite3_bind_pointer(handle, number, pointer, kind, nil))
    }

    func bind(_ integer: Int64, at number: Int32) throws {
        try check(sqlite3_bind_int64(handle, number, integer))
    }

    /// Gives the place `?number` a text, or NULL for nil.
    func bindOrNull(_ text: [UInt8]?, at number: Int32) throws {
        if let text { try bind(text, at: number) } else { try check(sqlite3_bind_null(handle, number)) }
    }

    /// Gives the place `?number` an integer, or NULL for nil.
    func bindOrNull(_ integer: Int64?, at number: Int32) throws {
        if let integer { try bind(integer, at: number) } else { try check(sqlite3_bind_null(handle, number)) }
    }

    /// Runs what brings no row, and makes it ready to run again.
    func run() throws {
        defer { reset() }
        _ = try step()
    }

    /// Goes to the next row; false when there is none.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// The bytes of a text, as they are stored.
    func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

    /// Runs `body` with the bytes of a column, which stay where they are no longer than the row.
    func withBytes<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value
    {
        let start = sqlite3_column_blob(handle, column)
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(handle, column))
        return try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Whether a column has bytes that are no text.
    func isBlob(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_BLOB }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// Has SQLite copy what it is given.
    private static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        let message = sqlite3_db_handle(handle).map { String(cString: sqlite3_errmsg($0)) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
