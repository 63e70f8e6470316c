internal import AuditRecords
internal import PostgreSQL

extension DatabaseLook {
    /// Whether this month and the next one have partitions. Loads make those that they need, each a moment before it is needed.
    func monthsAhead(_ now: Timestamp) throws(PostgreSQLError) -> DatabaseRemark {
        let months = PostgreSQLSchema.month(of: now)...PostgreSQLSchema.month(of: now) + 1
        let names = months.filter(PostgreSQLSchema.months.contains).map(PostgreSQLSchema.partition)
        var missing: [String] = []
        for name in names where try !isPartition(name) { missing.append(name) }
        guard !missing.isEmpty else {
            return DatabaseRemark(weight: .fine, text: "this month and the next one have partitions")
        }
        return DatabaseRemark(
            weight: .fine,
            text:
                "without a partition yet: \(missing.joined(separator: ", ")); loads make what they need, and "
                + "`audit-query table months` makes them ahead")
    }

    private func isPartition(_ name: String) throws(PostgreSQLError) -> Bool {
        try integer("SELECT count(*) FROM pg_inherits WHERE inhrelid = to_regclass('audit_query.\(name)')")
            > 0
    }

    /// So far a standby may be behind before somebody should look: promoted then, it has lost that much.
    private static let mostSeconds: Int64 = 60
    private static let mostBytes: Int64 = 64 << 20

    /// How far each standby is behind, where the role may know; nothing where there is none and nobody counts on one.
    func replication(namesStandbys: Bool) throws(PostgreSQLError) -> [DatabaseRemark] {
        let rows = try standbys()
        guard !rows.isEmpty else {
            guard namesStandbys else { return [] }
            return [
                DatabaseRemark(
                    weight: .doubtful,
                    text:
                        "no standby follows, though store.postgresql.connection names several hosts: what is lost with this "
                        + "server is lost. See the standby's log")
            ]
        }
        guard rows.allSatisfy({ $0.state != nil }) else {
            return [
                DatabaseRemark(
                    weight: .fine,
                    text:
                        "\(rows.count) standbys or backups follow; how far behind is told to a role with GRANT pg_read_all_stats"
                )
            ]
        }
        return rows.map(remark)
    }

    private func remark(_ standby: Standby) -> DatabaseRemark {
        let behind = "standby \(standby.name): \(standby.seconds) s and \(standby.bytes >> 20) MiB behind"
        guard standby.state == "streaming" else {
            return DatabaseRemark(
                weight: .doubtful,
                text: "\(behind), and \(standby.state ?? "in no state"): promoted now it would lack records")
        }
        guard standby.seconds <= Self.mostSeconds, standby.bytes <= Self.mostBytes else {
            return DatabaseRemark(
                weight: .doubtful,
                text: "\(behind): promoted now it would lack records. See its log, its disk and its network")
        }
        return DatabaseRemark(weight: .fine, text: behind)
    }

    private struct Standby {
        let name: String
        /// Nil where the role may not know.
        let state: String?
        let seconds, bytes: Int64
    }

    /// Whoever takes the log of changes from this server: standbys, and base backups while they last.
    private func standbys() throws(PostgreSQLError) -> [Standby] {
        var rows = try connection.rows(
            """
            SELECT coalesce(nullif(application_name, ''), 'without a name'), state,
            coalesce(extract(epoch FROM replay_lag), 0)::int8,
            coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, sent_lsn)), 0)::int8
            FROM pg_stat_replication ORDER BY 1 LIMIT 20
            """, until: deadline)
        var standbys: [Standby] = []
        while try rows.next() {
            standbys.append(
                Standby(
                    name: String(decoding: rows.bytes(0), as: UTF8.self),
                    state: rows.isNull(1) ? nil : String(decoding: rows.bytes(1), as: UTF8.self),
                    seconds: rows.integer(2) ?? 0, bytes: rows.integer(3) ?? 0))
        }
        return standbys
    }
}
