internal import Logging

extension LogEntry {
    /// The entry as the journal has it (systemd.journal-fields(7)).
    func journalFields(identifier: String) -> [[UInt8]] {
        let own = [
            Field("MESSAGE", message), Field("PRIORITY", String(level.priority)),
            Field("SYSLOG_IDENTIFIER", identifier),
        ]
        return (own + fields).map(\.bytes)
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
