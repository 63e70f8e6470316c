package import AuditRecords
package import AuditStores
internal import PostgreSQL

extension PostgreSQLStore {
    /// By a walk along the primary key in the months of that range.
    package func days(of system: Identifier, in range: TimeRange) throws(StoreError) -> [Day: Int]? {
        let parameters: [Parameter] = [
            .text(system.bytes), .int8(StoredInstant(range.start ?? .startOfTime).microseconds),
            .int8(StoredInstant(range.end ?? .endOfTime).microseconds),
        ]
        let deadline = ContinuousClock.now + .seconds(300)
        return try onPrimary(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                var rows = try connection.rows(Self.daysSQL, parameters, until: deadline)
                var days: [Day: Int] = [:]
                while try rows.next() {
                    guard let day = rows.integer(0), let count = rows.integer(1) else { continue }
                    days[Day(daysSince1970: Int(day))] = Int(count)
                }
                return days
            }
        }
    }

    private static let daysSQL = """
        SELECT floor(extract(epoch FROM instant) / 86400)::int8, count(*)
        FROM audit_query.records WHERE system_id = $1::text
        AND instant >= $2::timestamptz AND instant < $3::timestamptz GROUP BY 1
        """
}
