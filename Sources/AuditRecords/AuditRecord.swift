internal import JSONBytes

/// Who did what, when, to what.
///
/// A reference to what it is made of: records go through many hands between the store and the answer, and each
/// copy counts one reference instead of six.
package struct AuditRecord: Hashable, Sendable {
    private final class Parts: Sendable {
        let key: RecordKey
        let userId: Identifier
        let resourceId: Identifier
        let attributes: [UInt8]
        let byteCount: Int

        init(key: RecordKey, userId: Identifier, resourceId: Identifier, attributes: [UInt8]) {
            self.key = key
            self.userId = userId
            self.resourceId = resourceId
            self.attributes = attributes
            byteCount = AuditRecord.byteCount(
                key: key, userId: userId, resourceId: resourceId, attributes: attributes)
        }
    }

    private let parts: Parts

    /// What identifies it.
    package var key: RecordKey { parts.key }
    /// Who did it.
    package var userId: Identifier { parts.userId }
    /// What it was done to.
    package var resourceId: Identifier { parts.resourceId }
    /// Everything else stored with it: the bytes of one JSON object.
    package var attributes: [UInt8] { parts.attributes }
    /// What it takes in an answer that hides nothing, in bytes, its comma included.
    package var byteCount: Int { parts.byteCount }

    /// A record of its parts. `attributes` must be the bytes of a valid JSON object.
    package init(key: RecordKey, userId: Identifier, resourceId: Identifier, attributes: [UInt8]) {
        parts = Parts(key: key, userId: userId, resourceId: resourceId, attributes: attributes)
    }

    /// Whether all parts are equal.
    package static func == (left: AuditRecord, right: AuditRecord) -> Bool {
        left.parts === right.parts
            || left.key == right.key && left.userId == right.userId && left.resourceId == right.resourceId
                && left.attributes == right.attributes
    }

    /// Hashes what identifies it.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(key)
    }
}

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
