internal import AuditRecords

extension RecordKey {
    private static let timestampByteCount = 30

    /// A key of a file before version 3.
    ///
    /// - Throws: ``StoredRecordFault`` when the row was not written by this program.
    init(systemId: Identifier, sortKey: [UInt8]) throws(StoredRecordFault) {
        guard sortKey.count > Self.timestampByteCount,
            let instant = try? Timestamp.parse(Array(sortKey.prefix(Self.timestampByteCount))).instant
        else { throw StoredRecordFault(systemId: systemId, sortKey: sortKey) }
        self.init(
            systemId: systemId, instant: instant,
            auditId: Identifier(sortKey.dropFirst(Self.timestampByteCount + 1)))
    }

    /// The key as files before version 3 have it.
    var sortKey: [UInt8] { StoredPlace(instant: instant, auditId: auditId.bytes).sortKey }
}

extension StoredPlace {
    /// The place in the order of sort_keys.
    var sortKey: [UInt8] { instant.text(fractionDigits: 9) + [UInt8(ascii: "#")] + auditId }
}
