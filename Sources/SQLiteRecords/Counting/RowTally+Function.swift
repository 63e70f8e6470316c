internal import GRDB
internal import GRDBSQLite

extension RowTally {
    /// Tells a pointer to a tally from one to anything else (sqlite3_bind_pointer).
    private static let kind: StaticString = "RowTally"
    private static var kindName: UnsafePointer<CChar> {
        UnsafeRawPointer(kind.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// Makes the function known to a connection.
    static func addFunction(to database: Database) throws {
        let code = sqlite3_create_function_v2(
            database.sqliteConnection, function, -1, SQLITE_UTF8, nil,
            { context, _, values in
                guard let values, let pointer = sqlite3_value_pointer(values[0], RowTally.kindName) else {
                    // Nobody's tally takes nothing.
                    return sqlite3_result_int(context, 1)
                }
                // Whoever gave it holds it.
                let leaves = Unmanaged<RowTally>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
                    $0.leaves(values)
                }
                sqlite3_result_int(context, leaves ? 1 : 0)
            }, nil, nil, nil)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// Runs `body` with the tally in the place `?number` of a statement, which is reset then.
    func withPlace<Value>(
        _ number: Int32, of statement: PreparedStatement, _ body: () throws -> Value
    ) throws -> Value {
        try statement.bind(pointer: Unmanaged.passUnretained(self).toOpaque(), Self.kindName, at: number)
        defer { statement.forget() }
        return try withExtendedLifetime(self) { try body() }
    }
}
