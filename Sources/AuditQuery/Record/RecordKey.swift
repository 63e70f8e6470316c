/// What identifies a record: written again with the same key, it is replaced.
public struct RecordKey: Hashable, Sendable {
    /// The system that wrote the record.
    public let systemId: Identifier
    /// When it happened.
    public let instant: Timestamp
    /// `instant` as the store spells it: another writer's spelling may have 0 to 9 fraction digits.
    public let timestamp: [UInt8]
    /// The record's own id, unique within its system and instant.
    public let auditId: Identifier

    /// A key whose timestamp is spelt as the loader spells it.
    public init(systemId: Identifier, instant: Timestamp, auditId: Identifier) {
        self.systemId = systemId
        self.instant = instant
        self.timestamp = instant.text
        self.auditId = auditId
    }

    /// A key as a store has it.
    ///
    /// - Throws: ``TimestampError`` when the spelling is no RFC 3339 timestamp.
    public init(systemId: Identifier, timestamp: [UInt8], auditId: Identifier) throws(TimestampError) {
        self.systemId = systemId
        self.instant = try Timestamp.parse(timestamp).instant
        self.timestamp = timestamp
        self.auditId = auditId
    }

    /// A key whose timestamp has been read already: its spelling, and the instant that it says.
    init(systemId: Identifier, timestamp: [UInt8], of instant: Timestamp, auditId: Identifier) {
        self.systemId = systemId
        self.instant = instant
        self.timestamp = timestamp
        self.auditId = auditId
    }

    /// The place between the records before an instant and those from it on: no record has an empty auditId.
    public static func boundary(at instant: Timestamp) -> RecordKey {
        RecordKey(systemId: Identifier(""), instant: instant, auditId: Identifier(""))
    }
}

/// The order of answers: by instant, then by the bytes of auditId. Keys of different systems may agree in
/// both; then the system's bytes decide, so that there is one order.
extension RecordKey: Comparable {
    /// Whether `left` comes before `right` in ascending order.
    public static func < (left: RecordKey, right: RecordKey) -> Bool {
        if left.instant != right.instant { return left.instant < right.instant }
        if left.auditId != right.auditId { return left.auditId < right.auditId }
        if left.systemId != right.systemId { return left.systemId < right.systemId }
        return left.timestamp.lexicographicallyPrecedes(right.timestamp)
    }
}
