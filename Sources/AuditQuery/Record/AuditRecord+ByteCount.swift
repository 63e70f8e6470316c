extension AuditRecord {
    /// The bytes of what stands around a record's values in an answer: names, quotes, braces and a comma.
    private static let frame = 94

    /// What a record of these parts takes in an answer that hides nothing.
    static func byteCount(
        key: RecordKey, userId: Identifier, resourceId: Identifier, attributes: [UInt8]
    ) -> Int {
        let system = key.systemId.bytes
        let audit = key.auditId.bytes
        let packed = 2 + system.lengthPrefixByteCount + system.count + key.timestamp.count + audit.count
        let ids = system.jsonByteCount + audit.jsonByteCount + userId.bytes.jsonByteCount
        return frame + (packed * 4 + 2) / 3 + key.timestamp.count + ids + resourceId.bytes.jsonByteCount
            + attributes.count
    }
}
