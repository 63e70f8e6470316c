internal import AuditStores
internal import PostgreSQL

/// What each connection is told before it is used.
enum Session {
    /// Each statement is planned once a connection, whatever its parameters, and reads in the order of an index: so that no page is
    /// slow because the server expected other values than came, or sorted all of a user's records for the first hundred.
    private static let settings = """
        SET search_path = pg_catalog;
        SET TimeZone = 'UTC';
        SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off;
        SET enable_incremental_sort = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
        SET enable_material = off; SET enable_memoize = off; SET jit = off;
        SET max_parallel_workers_per_gather = 0;
        SET client_connection_check_interval = '1s';
        SET idle_in_transaction_session_timeout = '60s';
        """

    /// A worker's longest deadline is 300 s: behind that nobody waits, even where no cancellation has come through.
    private static let reading = "SET default_transaction_read_only = on; SET statement_timeout = '310s';"

    /// A connection that is ready, to a database that has the schema.
    static func begin(
        _ settings: ConnectionSettings, for access: PostgreSQLStore.Access, mayBeStandby: Bool
    ) throws(StoreError) -> Connection {
        let patience = ContinuousClock.now + .seconds(10)
        let connection = try asking { () throws(PostgreSQLError) in try Connection(settings) }
        guard mayBeStandby || !connection.isStandby else {
            throw StoreError(
                .unavailable,
                "the server is a standby, which may lag: it would leave out records. Name the primary too, and leave "
                    + "target_session_attrs=primary")
        }
        let version = try asking { () throws(PostgreSQLError) in
            try connection.script(Self.settings, until: patience)
            try connection.script(access == .read ? reading : PutSQL.staging, until: patience)
            return try connection.integer("SELECT version FROM audit_query.schema_version", until: patience)
        }
        guard let version, PostgreSQLSchema.readableVersions.contains(Int(version)) else {
            throw StoreError(
                .unavailable,
                "the database has version \(version.map { "\($0)" } ?? "none") of the schema audit_query, and this "
                    + "program reads 1 to \(PostgreSQLSchema.version): install the program of that version")
        }
        return connection
    }
}
