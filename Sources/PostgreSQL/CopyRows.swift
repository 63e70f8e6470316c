internal import CPostgreSQL

/// Rows for `COPY … FROM STDIN (FORMAT binary)`, put together in memory.
package struct CopyRows {
    /// The signature, no flags, no more header (PostgreSQL's documentation of COPY).
    private(set) var bytes: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]

    /// None yet.
    package init() {}

    /// Adds a row; values of the table's columns, in order.
    package mutating func add(_ values: [Parameter]) {
        bytes += bigEndian(Int16(values.count))
        for value in values {
            bytes += bigEndian(value.bytes.map { Int32($0.count) } ?? -1)
            bytes += value.bytes ?? []
        }
    }
}

extension Connection {
    /// So many bytes are handed to libpq at once.
    private static let chunk = 1 << 18

    /// Copies rows into a table, by `COPY table (columns) FROM STDIN (FORMAT binary)`.
    package func copy(
        _ rows: CopyRows, by sql: String, until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) {
        guard deadline > .now else { throw late() }
        guard PQsendQuery(handle, sql) == 1 else { throw broken() }
        try flush(until: deadline)
        guard let answer = try result(until: deadline) else { throw broken() }
        defer { PQclear(answer) }
        guard PQresultStatus(answer) == PGRES_COPY_IN else {
            let error = failure(of: answer)
            try drain(until: deadline)
            throw error
        }
        // The end of the rows: a count of columns that is none.
        let bytes = rows.bytes + bigEndian(Int16(-1))
        var sent = 0
        while sent < bytes.count {
            let count = min(Self.chunk, bytes.count - sent)
            let answer = bytes.withUnsafeBytes { buffer in
                let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self).advanced(by: sent)
                return PQputCopyData(handle, start, Int32(count))
            }
            guard answer >= 0 else { throw broken() }
            if answer == 1 { sent += count }
            // What waits in libpq is no more than a chunk or two.
            try flush(until: deadline)
        }
        while true {
            let answer = PQputCopyEnd(handle, nil)
            guard answer >= 0 else { throw broken() }
            try flush(until: deadline)
            if answer == 1 { break }
        }
        try drain(until: deadline)
    }
}
