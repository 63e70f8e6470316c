package import AuditRecords

/// A key as a store that keeps instants tells keys apart: whatever the spelling of its timestamp.
package struct StoredKey: Hashable {
    private let systemId: Identifier
    private let instant: Timestamp
    private let auditId: Identifier

    /// The key without its timestamp's spelling.
    package init(_ key: RecordKey) {
        (systemId, instant, auditId) = (key.systemId, key.instant, key.auditId)
    }
}
