package import AuditRecords

/// What a source has behind a place.
package struct ForwardedRun: Sendable {
    /// The records, the first to come first, each with the place behind it.
    package let records: [(record: AuditRecord, place: String)]
    /// Whoever has this and what was before has had all that came up to here.
    package let end: String
    /// Whether there is nothing behind its end for now.
    package let isAtEnd: Bool

    /// One of its parts.
    package init(records: [(record: AuditRecord, place: String)], end: String, isAtEnd: Bool) {
        (self.records, self.end, self.isAtEnd) = (records, end, isAtEnd)
    }
}

/// Why a source gives nothing.
package enum ForwardSourceError: Error {
    /// It may another time: why, for a person to read, and how long it wants to be left alone where it says so.
    case unavailable(String, wait: Duration? = nil)
    /// It never will: somebody has to decide.
    case lost(ForwardFault)
}
