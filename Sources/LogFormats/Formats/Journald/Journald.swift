internal import AuditRecords

/// systemd's journal, as `journalctl -o json` prints it.
struct Journald: JSONFormat {
    let name = "journald"

    func hasMarks(_ object: JSONValue) -> Bool { object.has("__REALTIME_TIMESTAMP") }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        let time = try instant(event)
        if let read = ReadTrail.event(event, at: time) { return read }
        let identifier = event.first("SYSLOG_IDENTIFIER", "_COMM")
        return Event(
            auditId: event.first("__CURSOR"),
            timestamp: time,
            systemId: event.first("_HOSTNAME"),
            userId: user(event),
            resourceId: event.first("_SYSTEMD_UNIT", "UNIT", "_EXE") ?? identifier,
            action: identifier,
            outcome: .unknown,
            details: .json(event.bytes))
    }

    private func instant(_ event: JSONValue) throws(EventFault) -> Timestamp {
        let source = event["_SOURCE_REALTIME_TIMESTAMP"]
        let value = source?.isSomething == true ? source : event["__REALTIME_TIMESTAMP"]
        let fault = "is no journal entry: it has no __REALTIME_TIMESTAMP"
        guard let text = value?.words, text.count <= 17, text.first != UInt8(ascii: "-") else {
            throw .refused(fault)
        }
        return try TimeReader.instant(microseconds: text, orFail: fault)
    }

    /// A process of no login has the login user 4294967295.
    private func user(_ event: JSONValue) -> [UInt8]? {
        if let account = event.first("AUDIT_FIELD_ACCT"), !account.elementsEqual("4294967295".utf8) {
            return account
        }
        if let login = event.first("_AUDIT_LOGINUID"), !login.elementsEqual("4294967295".utf8) {
            return event.first("AUDIT_FIELD_ACCT") ?? login
        }
        let isUnset = event.first("_AUDIT_LOGINUID") != nil
        return isUnset ? event.first("_UID") : event.first("AUDIT_FIELD_ACCT", "_UID")
    }
}
