internal import CPostgreSQL

extension Connection {
    /// Asks a statement, which is prepared when it is asked for the first time: there, and once a connection, the server plans it.
    ///
    /// - Parameters:
    ///   - sql: one statement, whose types say how its parameters are read. There may be few different ones, for each is kept.
    ///   - parameters: its `$1`, `$2` and so on.
    ///   - deadline: of the whole answer. When it has passed, the connection is to be closed.
    /// - Returns: its rows, in binary form.
    /// - Throws: what the connection or the deadline has against it, or the server against its text.
    package func rows(
        _ sql: String, _ parameters: [Parameter] = [], until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) -> Rows {
        // What nobody waits for is not begun.
        guard deadline > .now else { throw late() }
        let name = try prepare(sql, until: deadline)
        try send(name, parameters)
        guard PQsetSingleRowMode(handle) == 1 else { throw broken() }
        let rows = Rows(self, until: deadline)
        try flush(until: deadline)
        return rows
    }

    /// Runs a statement that has no rows, or whose rows nobody wants.
    package func run(
        _ sql: String, _ parameters: [Parameter] = [], until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) {
        var rows = try rows(sql, parameters, until: deadline)
        while try rows.next() {}
    }

    /// Runs a text of several statements, each by itself unless it is in a transaction; it has no parameters.
    package func script(_ sql: String, until deadline: ContinuousClock.Instant) throws(PostgreSQLError) {
        guard deadline > .now else { throw late() }
        guard PQsendQuery(handle, sql) == 1 else { throw broken() }
        try flush(until: deadline)
        try drain(until: deadline)
    }

    /// Takes the rest of an answer, and throws the first thing that is wrong in it.
    func drain(until deadline: ContinuousClock.Instant) throws(PostgreSQLError) {
        var fault: PostgreSQLError?
        while let result = try result(until: deadline) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: fault = fault ?? failure(of: result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: throw broken()
            default: break
            }
        }
        if let fault { throw fault }
    }

    /// What the server has said in an answer: its message and its five characters, and nothing that may hold a row's values.
    func failure(of result: OpaquePointer) -> PostgreSQLError {
        func field(_ code: UnicodeScalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        guard let state = field("C") else { return broken() }
        // Its connection ends with it (class 57: an administrator's shutdown, a crash).
        if PQstatus(handle) != CONNECTION_OK { isSpoilt = true }
        return PostgreSQLError(.server(state: state), "\(field("M") ?? "no message") (\(state))")
    }

    private func prepare(
        _ sql: String, until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) -> String {
        if let name = name(of: sql) { return name }
        let name = newName()
        guard PQsendPrepare(handle, name, sql, 0, nil) == 1 else { throw broken() }
        try flush(until: deadline)
        try drain(until: deadline)
        note(name, of: sql)
        return name
    }

    private func send(_ name: String, _ parameters: [Parameter]) throws(PostgreSQLError) {
        // All values behind each other, so that one pointer is enough.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parameters.reduce(1) { $0 + ($1.bytes?.count ?? 0) })
        var places: [Int?] = []
        for parameter in parameters {
            places.append(parameter.bytes == nil ? nil : bytes.count)
            bytes += parameter.bytes ?? []
        }
        // An empty text is no null: it needs a place.
        bytes.append(0)
        let lengths = parameters.map { Int32($0.bytes?.count ?? 0) }
        let formats = parameters.map { _ in Int32(1) }
        let isSent = bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = places.map { place in place.flatMap { start?.advanced(by: $0) } }
            return PQsendQueryPrepared(handle, name, Int32(parameters.count), values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw broken() }
    }
}
