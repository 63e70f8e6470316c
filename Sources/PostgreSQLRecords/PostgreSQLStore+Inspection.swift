package import AuditStores
package import AuditRecords
internal import PostgreSQL

/// What an operator is told of a database.
package struct DatabaseRemark: Equatable, Sendable {
    /// What is to be made of it.
    package enum Weight: Sendable {
        /// As it should be.
        case fine
        /// It works, and somebody should look at it.
        case doubtful
        /// Its records are less protected than they could be.
        case unprotected
        /// Answers may be wrong or missing.
        case wrong
    }

    /// How bad it is.
    package let weight: Weight
    /// What was found, and what to do.
    package let text: String
}

extension PostgreSQLStore {
    /// Looks at the database as the role that the store connects as: its version, collations, indexes, partitions, rights, the locks
    /// that so many connections of a process need, whether others can read along, and how far standbys are behind. `namesStandbys`
    /// says that the connection string names several hosts, so that somebody counts on a standby. Costs some milliseconds.
    package func remarks(
        connections: Int, namesStandbys: Bool, now: Timestamp
    ) throws(StoreError) -> [DatabaseRemark] {
        let deadline = ContinuousClock.now + .seconds(10)
        return try onPrimary(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                let look = DatabaseLook(connection: connection, deadline: deadline)
                return try look.remarks(connections: connections)
                    + [try look.monthsAhead(now)] + look.replication(namesStandbys: namesStandbys)
            }
        }
    }
}
