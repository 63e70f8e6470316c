package import AuditRecords
package import AuditStores
internal import PostgreSQL

extension PostgreSQLSchema {
    /// The month of an instant, counted from the year 0.
    static func month(of instant: Timestamp) -> Int {
        let date = instant.day.date
        return date.year * 12 + date.month - 1
    }

    /// The partition of a month.
    static func partition(_ month: Int) -> String {
        let number = month % 12 + 1
        return "records_\(month / 12)_\(number < 10 ? "0" : "")\(number)"
    }
}

extension PostgreSQLStore {
    /// Makes the partitions of a month and of so many after it, where they are missing. Waits for nobody who reads or writes; needs
    /// the rights of a loader.
    ///
    /// - Returns: the names of those that there are now.
    package func makeMonths(from now: Timestamp, ahead: Int) throws(StoreError) -> [String] {
        let first = PostgreSQLSchema.month(of: now)
        let months = (first...first + ahead).filter(PostgreSQLSchema.months.contains)
        let deadline = ContinuousClock.now + .seconds(60)
        try onPrimary(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                for month in months { try make(month, by: connection, until: deadline) }
            }
        }
        return months.map(PostgreSQLSchema.partition)
    }

    /// Makes a month's partition, unless it is there.
    func make(
        _ month: Int, by connection: Connection, until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) {
        let first = "\(month / 12)-\(month % 12 + 1)-1"
        try connection.run(
            "SELECT audit_query.make_month($1::text::date)", [.text(Array(first.utf8))], until: deadline)
    }
}
