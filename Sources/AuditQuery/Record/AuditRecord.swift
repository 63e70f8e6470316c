/// Who did what, when, to what.
public struct AuditRecord: Hashable, Sendable {
    /// What identifies it.
    public let key: RecordKey
    /// Who did it.
    public let userId: Identifier
    /// What it was done to.
    public let resourceId: Identifier
    /// Everything else stored with it: the bytes of one JSON object.
    public let attributes: [UInt8]

    /// A record of its parts. `attributes` must be the bytes of a valid JSON object.
    public init(key: RecordKey, userId: Identifier, resourceId: Identifier, attributes: [UInt8]) {
        self.key = key
        self.userId = userId
        self.resourceId = resourceId
        self.attributes = attributes
    }
}
