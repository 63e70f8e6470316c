internal import CPostgreSQL
internal import Glibc

/// The answer to a statement, row by row as it comes: no more than one row is held, however many there are.
///
/// Whoever lets go of it before its end leaves a connection that has to be closed, unless ``end(within:)`` has taken the rest.
package struct Rows: ~Copyable {
    private let connection: Connection
    private let deadline: ContinuousClock.Instant
    private var row: OpaquePointer?
    private var isAtEnd = false

    init(_ connection: Connection, until deadline: ContinuousClock.Instant) {
        self.connection = connection
        self.deadline = deadline
    }

    deinit {
        PQclear(row)
        if !isAtEnd { connection.isSpoilt = true }
    }

    /// Goes on to the next row.
    ///
    /// - Returns: whether there is one.
    /// - Throws: what the server, the connection or the deadline has against it; then there is nothing more to come.
    package mutating func next() throws(PostgreSQLError) -> Bool {
        PQclear(row)
        row = nil
        guard !isAtEnd else { return false }
        while let result = try connection.result(until: deadline) {
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE:
                row = result
                return true
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK: PQclear(result)
            default:
                defer { PQclear(result) }
                let error = connection.failure(of: result)
                try connection.drain(until: deadline)
                isAtEnd = true
                throw error
            }
        }
        isAtEnd = true
        return false
    }

    /// Takes what is still to come, if it is not more than so many bytes; otherwise the connection has to be closed.
    package mutating func end(within bytes: Int) throws(PostgreSQLError) {
        var taken = 0
        while taken <= bytes, try next() {
            for column in 0..<PQnfields(row) { taken += Int(PQgetlength(row, 0, column)) }
        }
        if !isAtEnd { connection.isSpoilt = true }
    }

    /// Whether a column of this row is NULL. Columns are counted from 0; the statement has as many as are asked for.
    package func isNull(_ column: Int32) -> Bool { PQgetisnull(row, 0, column) != 0 }

    /// The bytes of a text or json.
    package func bytes(_ column: Int32) -> [UInt8] {
        let count = Int(PQgetlength(row, 0, column))
        guard count > 0, let start = PQgetvalue(row, 0, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The same; those of an earlier row where they are equal, which takes no memory of its own.
    package func bytes(_ column: Int32, like earlier: [UInt8]?) -> [UInt8] {
        guard let earlier, earlier.count == Int(PQgetlength(row, 0, column)),
            let start = PQgetvalue(row, 0, column), memcmp(earlier, start, earlier.count) == 0
        else { return bytes(column) }
        return earlier
    }

    /// The value of an int2, int4, int8 or timestamptz (microseconds since ``Parameter/epoch``); nil of anything else.
    package func integer(_ column: Int32) -> Int64? {
        guard !isNull(column), let start = PQgetvalue(row, 0, column) else { return nil }
        let value = UnsafeRawPointer(start)
        return switch PQgetlength(row, 0, column) {
        case 2: Int64(Int16(bigEndian: value.loadUnaligned(as: Int16.self)))
        case 4: Int64(Int32(bigEndian: value.loadUnaligned(as: Int32.self)))
        case 8: Int64(bigEndian: value.loadUnaligned(as: Int64.self))
        default: nil
        }
    }

    /// The value of a boolean.
    package func isTrue(_ column: Int32) -> Bool { bytes(column) == [1] }
}
