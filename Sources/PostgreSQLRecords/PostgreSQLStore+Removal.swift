package import AuditRecords
package import AuditStores
internal import PostgreSQL

extension PostgreSQLStore: RemovingStore {
    /// As many as a transaction takes some tenths of a second for, so that nobody who writes waits for long.
    package var mostRemoved: Int { 2000 }

    /// The last number in the order of arrival.
    package func removalMark(deadline: ContinuousClock.Instant) throws(StoreError) -> Int64 {
        try onPrimary(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                try connection.integer(RemovalSQL.last, until: deadline)
            }
        } ?? 0
    }

    /// Removes records in one statement, each by a search of the primary key in the months that they are of. Numbers in the order of
    /// arrival are not given anew.
    package func remove(_ records: [AuditRecord], before mark: Int64) throws(StoreError) -> Int {
        let instants = records.map { StoredInstant($0.key.instant) }
        guard let first = instants.map(\.microseconds).min(), let last = instants.map(\.microseconds).max()
        else { return 0 }
        let parameters: [Parameter] = [
            .texts(records.map(\.key.systemId.bytes)), .timestamps(instants.map(\.microseconds)),
            .int2s(instants.map(\.nanoseconds)), .texts(records.map(\.key.auditId.bytes)), .int8(mark),
            .int8(first), .int8(last),
        ]
        let deadline = ContinuousClock.now + .seconds(600)
        let count = try onPrimary(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                try connection.integer(RemovalSQL.remove, parameters, until: deadline)
            }
        }
        return Int(count ?? 0)
    }
}

/// The statements that take records away.
enum RemovalSQL {
    static let last = "SELECT last FROM audit_query.arrival"

    /// What is under these keys and came up to the number `$5`. `$6` and `$7` are the first and the last instant, so that no other
    /// months are looked into.
    static let remove = """
        WITH gone AS (
        DELETE FROM audit_query.records USING unnest($1::text[], $2::timestamptz[], $3::int2[], $4::text[])
        AS keys (system_id, instant, nanoseconds, audit_id)
        WHERE records.system_id = keys.system_id AND records.instant = keys.instant
        AND records.nanoseconds = keys.nanoseconds AND records.audit_id = keys.audit_id
        AND records.arrival <= $5::int8
        AND records.instant >= $6::timestamptz AND records.instant <= $7::timestamptz
        RETURNING 1)
        SELECT count(*) FROM gone
        """
}
