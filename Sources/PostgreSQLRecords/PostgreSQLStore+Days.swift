package import AuditRecords
package import AuditStores
internal import PostgreSQL

extension PostgreSQLStore {
    /// How many records a system has on each day that has any: a walk along the primary key, for operators' commands.
    package func days(of system: Identifier) throws(StoreError) -> [Day: Int] {
        let deadline = ContinuousClock.now + .seconds(300)
        return try onPrimary(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                var rows = try connection.rows(Self.daysSQL, [.text(system.bytes)], until: deadline)
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
        FROM audit_query.records WHERE system_id = $1::text GROUP BY 1
        """
}
