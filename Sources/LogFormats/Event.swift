package import AuditRecords

/// What one event says: what the rules that all formats share make a record of (docs/formats.md).
///
/// Its texts are UTF-8 in which a half of a surrogate pair may stand, as three bytes as if it were a code point (WTF-8):
/// JSON has such strings.
package struct Event {
    /// Nil or empty where the event has none: then its details make one.
    package var auditId: [UInt8]?
    /// When it happened, as ``EventTime`` read it.
    package var timestamp: Timestamp
    /// Nil or empty where the event names none: then the format's name is the system's.
    package var systemId: [UInt8]?
    /// Nil or empty where the event names nobody.
    package var userId: [UInt8]?
    /// Nil or empty where the event names none.
    package var resourceId: [UInt8]?
    /// Nil or empty where the event names none.
    package var action: [UInt8]?
    /// How it ended.
    package var outcome: Outcome
    /// As the event writes it, an address or not.
    package var sourceIp: [UInt8]?
    /// The event itself.
    package var details: Details

    /// An event of its parts.
    package init(
        auditId: [UInt8]? = nil, timestamp: Timestamp, systemId: [UInt8]? = nil, userId: [UInt8]? = nil,
        resourceId: [UInt8]? = nil, action: [UInt8]? = nil, outcome: Outcome = .unknown,
        sourceIp: [UInt8]? = nil, details: Details
    ) {
        self.auditId = auditId
        self.timestamp = timestamp
        self.systemId = systemId
        self.userId = userId
        self.resourceId = resourceId
        self.action = action
        self.outcome = outcome
        self.sourceIp = sourceIp
        self.details = details
    }
}

/// How an event ended. Never guessed.
package enum Outcome: String, Sendable {
    case success, failure
    /// The system refused it: for want of rights, or by a policy.
    case denied
    /// The log does not say.
    case unknown
}

/// An event as its producer wrote it.
package enum Details {
    /// The text of one JSON object, white space and all.
    case json([UInt8])
    /// The lines of an event that is no JSON, without their ends.
    case lines([[UInt8]])
}
