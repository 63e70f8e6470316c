internal import GRDB
internal import GRDBSQLite

/// What rows of entries are held against inside of SQLite, where what it keeps to itself costs no step of a statement, no name and no
/// record: the function ``name`` of its statements.
class RowFunction {
    /// The name of the function. It takes what rows are held against, an entry's attributes, and where that asks for them the numbers
    /// of the entry's user and resource; it is 1 of what the statement passes on.
    static let name = "passes_on"

    /// Tells a pointer to one of these from one to anything else (sqlite3_bind_pointer).
    private static let kind: StaticString = "RowFunction"
    private static var kindName: UnsafePointer<CChar> {
        UnsafeRawPointer(kind.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// What the function is given of an entry: the numbers of names only where they are asked for, for SQLite reads each from the row.
    static func arguments(withNames: Bool) -> String {
        withNames ? "attributes, user, resource" : "attributes"
    }

    /// Makes the function known to a connection.
    static func add(to database: Database) throws {
        let code = sqlite3_create_function_v2(
            database.sqliteConnection, name, -1, SQLITE_UTF8, nil,
            { context, _, values in
                guard let values, let pointer = sqlite3_value_pointer(values[0], RowFunction.kindName) else {
                    // Nobody's keeps nothing to itself.
                    return sqlite3_result_int(context, 1)
                }
                // Whoever gave it holds it.
                let passesOn = Unmanaged<RowFunction>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
                    $0.passesOn(values)
                }
                sqlite3_result_int(context, passesOn ? 1 : 0)
            }, nil, nil, nil)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// Whether the statement passes a row on, of which these are the function's values.
    func passesOn(_ values: UnsafeMutablePointer<OpaquePointer?>) -> Bool { true }

    /// Runs `body` with this in the place `?number` of a statement, which is reset then.
    func withPlace<Value>(
        _ number: Int32, of statement: PreparedStatement, _ body: () throws -> Value
    ) throws -> Value {
        try statement.bind(pointer: Unmanaged.passUnretained(self).toOpaque(), Self.kindName, at: number)
        defer { statement.forget() }
        return try withExtendedLifetime(self) { try body() }
    }
}

/// What was found out about shapes, by their numbers: most rows have the one of the row before. A reference, as ``NumberMap`` is.
final class FoundShapes<Found> {
    /// What is kept at most, in steps of their walks.
    private let most = 65_536
    private var known: [Int64: Found?] = [:]
    private var stepCount = 0
    private var (lastNumber, last): (Int64?, Found?)

    /// What was found about a number, or is now, with the steps that it takes; nil of a shape that tells nothing, and of a number that has
    /// none.
    @inline(__always)
    func found(_ number: Int64, _ find: () -> (found: Found?, steps: Int)?) -> Found? {
        if lastNumber == number { return last }
        return look(for: number, find)
    }

    private func look(for number: Int64, _ find: () -> (found: Found?, steps: Int)?) -> Found? {
        let found: Found?
        if let known = known[number] {
            found = known
        } else {
            guard let new = find() else { return nil }
            if stepCount > most { (known, stepCount) = ([:], 0) }
            stepCount += new.steps
            known[number] = .some(new.found)
            found = new.found
        }
        (lastNumber, last) = (number, found)
        return found
    }
}
