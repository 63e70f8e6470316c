internal import AuditStores
internal import PostgreSQL

/// Questions to the server's catalogues.
struct DatabaseLook {
    let connection: Connection
    let deadline: ContinuousClock.Instant

    func remarks(connections: Int) throws(PostgreSQLError) -> [DatabaseRemark] {
        let version = connection.version
        var remarks = [
            DatabaseRemark(
                weight: .fine,
                text: "PostgreSQL \(version / 10_000).\(version % 10_000), encoding UTF8, version "
                    + "\(try integer("SELECT version FROM audit_query.schema_version")) of the schema")
        ]
        if connection.isReadable {
            remarks.append(
                DatabaseRemark(
                    weight: .unprotected,
                    text:
                        "the connection has no TLS, and records go over a network: add sslmode=verify-full and sslrootcert"
                ))
        }
        remarks.append(try collations())
        remarks.append(try indexes())
        remarks += try partitions(connections)
        remarks.append(try rights())
        return remarks
    }

    private static let triggers = """
        SELECT count(*) FROM pg_trigger
        WHERE tgrelid = 'audit_query.arrival'::regclass AND tgname = 'note_server' AND tgenabled <> 'D'
        """

    /// An index in another order than that of bytes would be read in another order than cursors have.
    private func collations() throws(PostgreSQLError) -> DatabaseRemark {
        let others = try texts(
            """
            SELECT DISTINCT relname::text FROM (
            SELECT attrelid AS relation, attcollation AS ordering FROM pg_attribute WHERE attnum > 0
            UNION ALL SELECT indexrelid, unnest(indcollation) FROM pg_index) AS used
            JOIN pg_class ON pg_class.oid = relation
            WHERE (pg_class.oid IN (SELECT relid FROM pg_partition_tree('audit_query.records'))
            OR pg_class.oid IN (SELECT indexrelid FROM pg_index
            WHERE indrelid IN (SELECT relid FROM pg_partition_tree('audit_query.records'))))
            AND ordering NOT IN (0, (SELECT oid FROM pg_collation WHERE collname = 'C'
            AND collnamespace = 'pg_catalog'::regnamespace))
            ORDER BY 1 LIMIT 10
            """)
        guard !others.isEmpty else {
            return DatabaseRemark(weight: .fine, text: "ids are in the order of their bytes")
        }
        return DatabaseRemark(
            weight: .wrong,
            text:
                "not in the order of bytes (COLLATE \"C\"): \(others.joined(separator: ", ")); answers from there may leave "
                + "out records. Load them into a database that `audit-query table create` has made")
    }

    private func indexes() throws(PostgreSQLError) -> DatabaseRemark {
        let wanted = PostgreSQLSchema.indexes
        let valid = try texts(
            """
            SELECT relname::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            WHERE indrelid = 'audit_query.records'::regclass AND indisvalid
            """)
        let missing = wanted.filter { !valid.contains($0) }
        guard !missing.isEmpty else {
            let arrival = PostgreSQLSchema.indexOfArrival
            guard valid.contains(arrival) else {
                return DatabaseRemark(
                    weight: .doubtful,
                    text: "without the index \(arrival), or it is not valid: nobody can follow what arrives; "
                        + "`audit-query table create` makes it, and writers wait until it has"
                )
            }
            guard try integer(Self.triggers) > 0 else {
                return DatabaseRemark(
                    weight: .doubtful,
                    text:
                        "without the trigger note_server: who follows is not told of records that a promotion has lost; "
                        + "`audit-query table create` makes it")
            }
            let all = (wanted + [arrival]).joined(separator: ", ")
            return DatabaseRemark(weight: .fine, text: "indexes \(all)")
        }
        return DatabaseRemark(
            weight: .wrong,
            text:
                "without the index \(missing.joined(separator: ", ")), or it is not valid: `audit-query table create` makes it"
        )
    }

    /// A read without an end of time locks each partition and its index.
    private func partitions(_ connections: Int) throws(PostgreSQLError) -> [DatabaseRemark] {
        let count = try integer(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_query.records'::regclass")
        let locks = try integer(
            """
            SELECT current_setting('max_locks_per_transaction')::int8
            * (current_setting('max_connections')::int8 + current_setting('max_prepared_transactions')::int8)
            """)
        let needed = 2 * count * Int64(connections)
        let text = "\(count) partitions"
        guard needed > locks else { return [DatabaseRemark(weight: .fine, text: text)] }
        return [
            DatabaseRemark(
                weight: .doubtful,
                text:
                    "\(text): \(connections) reads at once may need \(needed) locks, and the server has room for \(locks): "
                    + "raise max_locks_per_transaction")
        ]
    }

    private func rights() throws(PostgreSQLError) -> DatabaseRemark {
        let found = try texts(
            """
            SELECT word FROM (VALUES
            ((SELECT rolsuper FROM pg_roles WHERE rolname = current_user), 'is a superuser'),
            (has_table_privilege('audit_query.records', 'INSERT'), 'may insert'),
            (has_any_column_privilege('audit_query.records', 'UPDATE'), 'may update'),
            (has_table_privilege('audit_query.records', 'DELETE'), 'may delete'),
            (has_table_privilege('audit_query.records', 'TRUNCATE'), 'may truncate'),
            (has_schema_privilege('audit_query', 'CREATE'), 'may make tables')) AS rights (has, word)
            WHERE has
            """)
        let role = connection.parameter("session_authorization") ?? "the role"
        guard !found.isEmpty else { return DatabaseRemark(weight: .fine, text: "\(role) may only read") }
        return DatabaseRemark(
            weight: .unprotected,
            text:
                "\(role) \(found.joined(separator: ", ")): workers need no more than GRANT audit_query_reader"
        )
    }

    func texts(_ sql: String) throws(PostgreSQLError) -> [String] {
        var rows = try connection.rows(sql, until: deadline)
        var texts: [String] = []
        while try rows.next() { texts.append(String(decoding: rows.bytes(0), as: UTF8.self)) }
        return texts
    }

    func integer(_ sql: String) throws(PostgreSQLError) -> Int64 {
        try connection.integer(sql, until: deadline) ?? 0
    }
}
