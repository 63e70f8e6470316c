package import AuditStores
package import PostgreSQL

extension PostgreSQLSchema {
    /// Makes the schema where it is missing or not whole, as the role that is connected, which must be allowed to.
    ///
    /// - Throws: what the server has against it; then nothing was made.
    package static func make(_ settings: ConnectionSettings) throws(StoreError) {
        try asking { () throws(PostgreSQLError) in
            // Indexes may be made, of records that are there already.
            try Connection(settings).script(statements, until: .now + .seconds(86_400))
        }
    }
}
