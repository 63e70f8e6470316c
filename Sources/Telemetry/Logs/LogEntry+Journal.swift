internal import Logging
internal import Systemd

extension LogEntry {
    /// The entry as the journal has it (systemd.journal-fields(7)).
    func journalFields(identifier: String) -> JournalFields {
        var all = JournalFields(roomFor: 256 + 48 * fields.count)
        all.append("MESSAGE", message)
        all.append("PRIORITY", String(level.priority))
        all.append("SYSLOG_IDENTIFIER", identifier)
        for field in fields { all.append(field.name, field.value) }
        return all
    }
}

extension Logger.Level {
    /// The priority of syslog (RFC 5424 section 6.2.1), which journalctl -p takes.
    var priority: Int {
        switch self {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}
