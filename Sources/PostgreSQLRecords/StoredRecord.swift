internal import AuditRecords
internal import AuditStores
internal import JSONBytes
internal import PostgreSQL

extension Rows {
    /// The key in four columns of this row from one on: instant, nanoseconds, auditId, systemId. It shares what it has in common
    /// with an earlier row's.
    func key(at first: Int32, like earlier: RecordKey? = nil) throws(StoreError) -> RecordKey {
        let auditId = Identifier(bytes(first + 2))
        let systemId = Identifier(bytes(first + 3, like: earlier?.systemId.bytes))
        guard let microseconds = integer(first),
            let nanoseconds = integer(first + 1).flatMap({ Int16(exactly: $0) }),
            let instant = StoredInstant(microseconds: microseconds, nanoseconds: nanoseconds).timestamp
        else {
            throw StoreError(
                .unreadable,
                "a row of audit_query.records is no record: systemId \(systemId.quoted), auditId "
                    + "\(auditId.quoted): its instant is not within the years 0001 to 9999")
        }
        return RecordKey(systemId: systemId, instant: instant, auditId: auditId)
    }

    /// The record of a key, whose user, resource and attributes are three columns of this row from one on. It shares what it has in
    /// common with an earlier row's.
    func record(
        _ key: RecordKey, at first: Int32, like earlier: AuditRecord? = nil
    ) throws(StoreError) -> AuditRecord {
        do throws(JSONFault) {
            return AuditRecord(
                key: key, userId: Identifier(bytes(first, like: earlier?.userId.bytes)),
                resourceId: Identifier(bytes(first + 1, like: earlier?.resourceId.bytes)),
                attributes: try AuditRecord.readable(attributes: bytes(first + 2)))
        } catch {
            throw StoreError(
                .unreadable,
                "a row of audit_query.records is no record: systemId \(key.systemId.quoted), auditId "
                    + "\(key.auditId.quoted): attributes: \(error)")
        }
    }
}
