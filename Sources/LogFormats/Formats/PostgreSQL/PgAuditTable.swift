internal import JSONBytes

/// PostgreSQL's log as a table, csvlog.
struct PgAuditTable: TextEvents {
    private let times: TimeReader
    private var rows = CSVRowReader()

    /// In the order of PostgreSQL 14 and later; 13 has two less, 12 three.
    private static let columns: [StaticString] = [
        "log_time", "user_name", "database_name", "process_id", "connection_from", "session_id",
        "session_line_num", "command_tag", "session_start_time", "virtual_transaction_id", "transaction_id",
        "error_severity", "sql_state_code", "message", "detail", "hint", "internal_query",
        "internal_query_pos", "context", "query", "query_pos", "location", "application_name", "backend_type",
        "leader_pid", "query_id",
    ]
    private static let columnCounts = [23, 24, 26]

    init(_ times: TimeReader) {
        self.times = times
    }

    /// Whether a row is one of such a table.
    static func isRow(_ row: CSVRow) -> Bool {
        guard let cells = row.cells, columnCounts.contains(cells.count) else { return false }
        var cursor = TextCursor(cells[0].value)
        return cursor.postgresTime() != nil
    }

    mutating func take(_ line: TextLine) -> [TextEvent] {
        rows.take(line.bytes, number: line.number).map { [event($0)] } ?? []
    }

    mutating func end() -> [TextEvent] { rows.end().map { [event($0)] } ?? [] }

    private func event(_ row: CSVRow) -> TextEvent {
        if case .tooLong = row.content { return TextEvent(line: row.line, refused: TextLines.tooLong) }
        guard let cells = row.cells, Self.columnCounts.contains(cells.count) else {
            return TextEvent(
                line: row.line, text: row.text,
                refused: "is no row of PostgreSQL's csvlog: it has neither 23, 24 nor 26 columns")
        }
        return TextEvent(line: row.line, text: row.text) { () throws(EventFault) in
            let message = PgAuditMessage(
                time: cells[0].value, user: cells[1].value, database: cells[2].value,
                host: Self.host(cells[4].value),
                id: PgAudit.id(session: cells[5].value, line: cells[6].value),
                text: cells[13].value[...], details: .json(Self.object(cells)))
            return try message.event(times)
        }
    }

    /// The address of `ADDRESS:PORT`, which has no brackets around one of IPv6 either.
    private static func host(_ text: [UInt8]) -> [UInt8] {
        guard let colon = text.lastIndex(of: UInt8(ascii: ":")) else { return text }
        return Array(text[..<colon])
    }

    /// The cells by their columns' names. One that is empty is NULL, but not one of quotes.
    private static func object(_ cells: [CSVRow.Cell]) -> [UInt8] {
        var json: [UInt8] = [UInt8(ascii: "{")]
        for (name, cell) in zip(columns, cells) where !cell.value.isEmpty || cell.isQuoted {
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            json.append(UInt8(ascii: "\""))
            json.append(ascii: name)
            json.append(json: "\":")
            json.append(jsonString: cell.value)
        }
        json.append(UInt8(ascii: "}"))
        return json
    }
}
