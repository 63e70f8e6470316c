internal import AuditRecords

/// A message of a PostgreSQL server, whatever form its log has.
struct PgAuditMessage {
    /// As the log writes it, whatever stands behind it.
    var time: [UInt8]
    var user: [UInt8]?
    var database: [UInt8]?
    var host: [UInt8]?
    /// Session and line within it, where the log has both.
    var id: [UInt8]?
    var text: ArraySlice<UInt8>
    var details: Details

    /// What it says as a message of pgAudit's.
    ///
    /// - Throws: why it becomes no record.
    func event(_ times: TimeReader) throws(EventFault) -> Event {
        guard text.begins(with: "AUDIT: ") else {
            throw .skipped("a message of the server that is not pgaudit's")
        }
        var cursor = TextCursor(time[...])
        let instant = try Self.time(&cursor, times)
        let rows = CSVRowReader.rows(of: text.dropFirst(7))
        guard rows.count == 1, let cells = rows[0].cells, cells.count >= 8,
            ["SESSION", "OBJECT"].contains(cells[0].value.text)
        else { throw .refused("the AUDIT message is not of pgaudit's form") }
        let (kind, command, object) = (cells[3].value, cells[4].value, cells[6].value)
        return Event(
            auditId: id, timestamp: instant, systemId: Array("postgresql".utf8), userId: user,
            resourceId: object.isEmpty ? database : object, action: command.isEmpty ? kind : command,
            outcome: .unknown, sourceIp: host, details: details)
    }

    /// Passes the time that a line of the log begins with, and its zone.
    ///
    /// - Throws: that it does not begin so, or that there is no such time.
    private static func time(
        _ cursor: inout TextCursor, _ times: TimeReader
    ) throws(EventFault) -> Timestamp {
        guard let (time, zone) = cursor.postgresTime() else { throw .refused(noTime) }
        var cursor = TextCursor(time)
        guard let local = try cursor.localTime(separators: " ", fractionMarks: ".") else {
            throw .refused(noTime)
        }
        return try times.instant(local, abbreviation: zone)
    }

    static let noTime = "is no line of a PostgreSQL log: it does not begin with a time"
}

extension TextCursor {
    /// Passes `2026-03-01 12:00:00.003 CET`, be there such a time or not; nil, and passes nothing, where that is not next.
    mutating func postgresTime() -> (time: ArraySlice<UInt8>, zone: ArraySlice<UInt8>)? {
        var cursor = self
        let form = "dddd-dd-dd dd:dd:dd".utf8
        guard cursor.rest.count > form.count,
            zip(cursor.rest, form).allSatisfy({ $1 == UInt8(ascii: "d") ? $0.isDigit : $0 == $1 })
        else { return nil }
        let start = cursor.rest.startIndex
        _ = cursor.take(to: start + form.count)
        guard cursor.fraction(marks: ".") != nil else { return nil }
        let time = cursor.rest.startIndex
        guard cursor.accept(" "), let zone = cursor.zone() else { return nil }
        defer { self = cursor }
        return (rest[start..<time], zone)
    }

    /// Passes a zone's abbreviation, or `+hh` or `+hhmm`.
    private mutating func zone() -> ArraySlice<UInt8>? {
        let letters = pass(while: \.isLetter)
        guard letters.isEmpty else { return letters }
        guard let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            return nil
        }
        let digits = rest.dropFirst().prefix(4).prefix(while: \.isDigit)
        guard digits.count >= 2 else { return nil }
        return take(to: rest.startIndex + (digits.count == 4 ? 5 : 3))
    }
}
