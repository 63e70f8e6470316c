import Loading
import LogFormats
import AuditRecords
import QueryService
import Logging
import Systemd
import Telemetry

/// The journal's entries of what `load` changes in the store.
struct ChangeJournal {
    private let sink: LogSink
    private let store: String
    private let environment: String

    /// Nil where there is no journal.
    init?(store: String, environment: String) {
        guard Journal.isThere else { return nil }
        sink = LogSink(identifier: "audit-query-changes", level: .info, target: .journal)
        self.store = store
        self.environment = environment
    }

    /// Writes an entry, whatever was written before. One that the journal does not take goes to standard error.
    func write(_ conflict: RecordConflict, file: String) {
        let key = conflict.key
        let fields: [(String, String)] = [
            ("EVENT", conflict.isReplacement ? "replace" : "replace-refused"), ("STORE", store),
            ("SYSTEM_ID", key.systemId.description),
            ("TIMESTAMP", String(decoding: key.timestamp, as: UTF8.self)),
            ("AUDIT_ID", key.auditId.description), ("STORED_SHA256", conflict.storedDigest ?? "unreadable"),
            ("NEW_SHA256", conflict.newDigest ?? "unreadable"), ("SOURCE", file),
            ("SOURCE_LINE", String(conflict.line.number)), ("ENVIRONMENT", environment),
        ]
        sink.writeEach(
            LogEntry(
                level: .warning,
                message: conflict.isReplacement
                    ? "a record is replaced by one of other content"
                    : "a record of other content was not loaded over the one that is there",
                fields: fields.map { LogEntry.Field($0.0, $0.1) }))
    }
}
