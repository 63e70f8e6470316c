internal import JSONBytes

/// Who did what, when, to what.
///
/// A reference to what it is made of: records go through many hands between the store and the answer, and each
/// copy counts one reference instead of six.
@usableFromInline package struct AuditRecord: Hashable, Sendable {
    @usableFromInline
    final class Parts: Sendable {
        @usableFromInline let key: RecordKey
        @usableFromInline let userId: Identifier
        @usableFromInline let resourceId: Identifier
        @usableFromInline let attributes: [UInt8]
        @usableFromInline let byteCount: Int

        init(key: RecordKey, userId: Identifier, resourceId: Identifier, attributes: [UInt8]) {
            self.key = key
            self.userId = userId
            self.resourceId = resourceId
            self.attributes = attributes
            byteCount = AuditRecord.byteCount(
                key: key, userId: userId, resourceId: resourceId, attributes: attributes)
        }
    }

    @usableFromInline let parts: Parts

    /// What identifies it.
    @inlinable package var key: RecordKey { parts.key }
    /// Who did it.
    @inlinable package var userId: Identifier { parts.userId }
    /// What it was done to.
    @inlinable package var resourceId: Identifier { parts.resourceId }
    /// Everything else stored with it: the bytes of one JSON object.
    @inlinable package var attributes: [UInt8] { parts.attributes }
    /// What it takes in an answer that hides nothing, in bytes, its comma included.
    @inlinable package var byteCount: Int { parts.byteCount }

    /// A record of its parts. `attributes` must be the bytes of a valid JSON object.
    package init(key: RecordKey, userId: Identifier, resourceId: Identifier, attributes: [UInt8]) {
        parts = Parts(key: key, userId: userId, resourceId: resourceId, attributes: attributes)
    }

    /// Whether all parts are equal.
    @usableFromInline package static func == (left: AuditRecord, right: AuditRecord) -> Bool {
        left.parts === right.parts
            || left.key == right.key && left.userId == right.userId && left.resourceId == right.resourceId
                && left.attributes == right.attributes
    }

    /// Hashes what identifies it.
    @usableFromInline package func hash(into hasher: inout Hasher) {
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
        let ids = key.systemId.bytes.jsonByteCount + key.auditId.bytes.jsonByteCount
        return frame + Base64URL.byteCount(of: key.packedByteCount) + key.timestamp.count + ids
            + userId.bytes.jsonByteCount + resourceId.bytes.jsonByteCount + attributes.count
    }

    /// The bytes that stand before its attributes in an answer, where all of its ids stand there as they are; nil where one of
    /// them has an escape.
    var plainOpeningByteCount: Int? {
        // A brace and a comma stand behind the attributes.
        let exact = byteCount - attributes.count - 2
        let ids = key.systemId.bytes.count + key.auditId.bytes.count + userId.bytes.count
        let plain =
            Self.frame - 2 + Base64URL.byteCount(of: key.packedByteCount) + key.timestamp.count + ids
            + resourceId.bytes.count
        return exact == plain ? plain : nil
    }
}
