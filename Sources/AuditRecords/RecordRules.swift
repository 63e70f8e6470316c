internal import JSONBytes

/// What may be a record, whatever store it goes to: one that every store keeps and every strict parser reads (RFC
/// 7493). What a store cannot hold besides, such as an item's size, it says itself (``RecordStore/fault(of:)``).
package enum RecordRules {
    /// The most bytes of a line that is loaded: more than any record can have whose escapes take six bytes a character. So
    /// no stored record has more.
    package static let lineByteCount = 4 << 20
    /// The most bytes of `<timestamp>#<auditId>`, DynamoDB's sort key.
    private static let sortKeyByteCount = 1024

    /// Whether there can be such a record: ``faults(of:)`` has none.
    package static func isFit(_ record: AuditRecord) -> Bool {
        let key = record.key
        return key.systemId.fault == nil && key.auditId.fault == nil && record.userId.fault == nil
            && record.resourceId.fault == nil
            && key.auditId.bytes.count <= sortKeyByteCount - key.timestamp.count - 1
            && fault(ofAttributes: record.attributes) == nil
    }

    /// Whether a record can have an attribute with this value: the text of one object.
    package static func isFit(attribute object: [UInt8]) -> Bool {
        do throws(JSONFault) {
            var check = AttributeCheck(try JSONCursor(object), of: .new)
            try check.passAttribute()
            return true
        } catch {
            return false
        }
    }

    /// All reasons why there can be no such record, each for a person to read; of the attributes the first.
    package static func faults(of record: AuditRecord) -> [String] {
        let key = record.key
        var faults: [String] = []
        for (name, id) in [
            ("systemId", key.systemId), ("auditId", key.auditId), ("userId", record.userId),
            ("resourceId", record.resourceId),
        ] {
            if let fault = id.fault { faults.append("\(name) \(fault)") }
        }
        let room = sortKeyByteCount - key.timestamp.count - 1
        if key.auditId.fault == nil, key.auditId.bytes.count > room {
            faults.append(
                "auditId is \(key.auditId.bytes.count) bytes long; "
                    + "at most \(room) are allowed beside a timestamp of \(key.timestamp.count)")
        }
        if let fault = fault(ofAttributes: record.attributes) { faults.append(fault) }
        return faults
    }

    /// Why no record can have these attributes, for a person to read; nil when one can.
    package static func fault(ofAttributes attributes: [UInt8]) -> String? {
        do throws(JSONFault) {
            var check = AttributeCheck(try JSONCursor(attributes), of: .new)
            try check.pass()
            return nil
        } catch {
            return "attributes: \(error)"
        }
    }
}
