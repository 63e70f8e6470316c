package import AuditRecords

/// What has become of something that was read. Each event is one of these; none is lost.
package enum Reading {
    /// A record, and the line where its event begins, from 1 on.
    case record(AuditRecord, line: Int)
    /// What is wrong, for a person to read, and the text of the event or line where that is at hand.
    case refused(String, line: Int, text: [UInt8]? = nil)
    /// What it is: it says itself that it is no audit event.
    case skipped(String, line: Int)

    /// The line where its event begins, from 1 on.
    var line: Int {
        switch self {
        case .record(_, let line), .refused(_, let line, _), .skipped(_, let line): line
        }
    }
}
