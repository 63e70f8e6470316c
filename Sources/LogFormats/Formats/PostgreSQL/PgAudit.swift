/// pgAudit's messages in PostgreSQL's log as JSON.
struct PgAudit: JSONFormat {
    let name = "pgaudit"

    func hasMarks(_ object: JSONValue) -> Bool {
        object.hasString("error_severity") && object.hasString("message") && object.hasString("timestamp")
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        let message = PgAuditMessage(
            time: event["timestamp"]?.string ?? [], user: event["user"]?.string,
            database: event["dbname"]?.string, host: event["remote_host"]?.string,
            id: Self.id(session: event["session_id"]?.string, line: event["line_num"]?.wholeNumber),
            text: (event["message"]?.string ?? [])[...], details: .json(event.bytes))
        return try message.event(times)
    }

    /// The id of a line of a session; nil where either is missing.
    static func id(session: [UInt8]?, line: [UInt8]?) -> [UInt8]? {
        guard let session, !session.isEmpty, let line, !line.isEmpty else { return nil }
        return session + [UInt8(ascii: ":")] + line
    }
}
