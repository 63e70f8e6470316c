/// What may be a record, whatever store it goes to: one that every store keeps and every strict parser reads (RFC
/// 7493). What a store cannot hold besides, such as an item's size, it says itself (``RecordStore/fault(of:)``).
public enum RecordRules {
    /// The most bytes of a line that is loaded: more than any record can have whose escapes take six bytes a character. So
    /// no stored record has more.
    public static let lineByteCount = 4 << 20
    /// The most bytes of `<timestamp>#<auditId>`, DynamoDB's sort key.
    private static let sortKeyByteCount = 1024

    /// Why there can be no such record, for a person to read; nil when there can.
    public static func fault(of record: AuditRecord) -> String? {
        let key = record.key
        for (name, id) in [
            ("systemId", key.systemId), ("auditId", key.auditId), ("userId", record.userId),
            ("resourceId", record.resourceId),
        ] {
            if let fault = id.fault { return "\(name) \(fault)" }
        }
        let room = sortKeyByteCount - key.timestamp.count - 1
        if key.auditId.bytes.count > room {
            return "auditId is \(key.auditId.bytes.count) bytes long; "
                + "at most \(room) are allowed beside a timestamp of \(key.timestamp.count)"
        }
        do throws(JSONFault) {
            var check = AttributeCheck(try JSONCursor(record.attributes), of: .new)
            try check.pass()
            return nil
        } catch {
            return "attributes: \(error)"
        }
    }
}
