package import AuditStores
package import AuditRecords
package import PostgreSQL

/// The table `audit_query.records` of a PostgreSQL database, which many hosts read and write.
package final class PostgreSQLStore: RecordStore {
    /// What a process does with it.
    package enum Access: Sendable {
        /// Reads, and nothing else: the server refuses a write.
        case read
        /// Writes too.
        case write
    }

    let pool: ConnectionPool
    let months = KnownMonths()
    /// Nil where there is one server, and so nothing to choose.
    let watch: ServerWatch?

    /// A store that connects when it is first asked.
    ///
    /// - Parameters:
    ///   - settings: how its server is reached.
    ///   - connections: the most at a time.
    ///   - access: what for.
    ///   - readsStandbys: whether a standby is read when no primary answers. What it gives says so (``StoreUsage/doubt``).
    package init(
        _ settings: ConnectionSettings, connections: Int, for access: Access, readsStandbys: Bool = false
    ) {
        let servers = settings.servers
        watch =
            servers.count > 1
            ? ServerWatch(servers, readsStandbys: readsStandbys && access == .read) : nil
        pool = ConnectionPool(limit: connections) { (server: ServerChoice) throws(StoreError) in
            try Session.begin(servers[server.index], for: access, mayBeStandby: server.isStandby)
        }
    }

    /// The most rows that a statement is to look at: one that left out very much would say nothing for too long.
    static let mostRows = 4096

    /// So many bytes of rows are taken that nobody wants any more, before the connection is given up for them.
    static let mostUnwanted = 1 << 20

    /// Reads a run of one partition. Costs a round trip for a usual page, and a microsecond or two for each row that the
    /// restriction leaves out.
    package func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        try read.budget.checkDeadline()
        var (run, doubt) = try reading(until: read.budget.deadline) { connection throws(StoreError) in
            try Self.run(read, by: connection)
        }
        run.usage.doubt = doubt
        return run
    }

    private static func run(
        _ read: PartitionRead, by connection: Connection
    ) throws(StoreError) -> PartitionRun {
        var run = GrowingRun(read)
        var (place, limit) = (RecordKey?.none, read.limit)
        while true {
            let statement = ReadStatement(read, after: place, limit: limit)
            var rows = try asking { () throws(PostgreSQLError) in
                try connection.rows(statement.text, statement.parameters, until: read.budget.deadline)
            }
            var count = 0
            while try asking({ () throws(PostgreSQLError) in try rows.next() }) {
                count += 1
                let key = try rows.key(at: ReadStatement.Column.key, like: place)
                let isLeftOut = rows.isNull(ReadStatement.Column.attributes)
                let record =
                    isLeftOut
                    ? nil : try rows.record(key, at: ReadStatement.Column.user, like: run.records.last)
                place = key
                guard try run.ends(with: record, at: key) else { continue }
                try asking { () throws(PostgreSQLError) in try rows.end(within: mostUnwanted) }
                read.note(looked: run.looked, run.records)
                return run.stopped
            }
            guard count == limit else {
                read.note(looked: run.looked, run.records)
                return run.whole()
            }
            // What is wanted is rare here.
            limit = min(mostRows, max(read.limit - run.records.count, 2 * limit))
        }
    }

    /// The records of these keys, all of one state of the table.
    package func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        guard !keys.isEmpty else { return FetchedRecords(records: []) }
        var (found, doubt) = try reading(until: budget.deadline) { connection throws(StoreError) in
            try KeyStatement(keys).records(connection, budget)
        }
        found.usage.doubt = doubt
        return found
    }

    /// True when each is later than all of its system, as records of a log are that is loaded as it grows.
    package func hasNone(since firsts: [Identifier: Timestamp]) throws(StoreError) -> Bool {
        guard !firsts.isEmpty else { return true }
        let deadline = ContinuousClock.now + .seconds(10)
        return try onPrimary(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                try connection.isTrue(KeyStatement.hasLater, KeyStatement.parameters(firsts), until: deadline)
            } == false
        }
    }

    /// Lists names of which there are records. Each costs a search of an index in each month, however many records it has; for a
    /// key that may see some systems only, also what others have of it.
    package func names(_ read: NameRead) throws(StoreError) -> NameRun? {
        var (run, doubt) = try reading(until: read.deadline) { connection throws(StoreError) in
            try NameStatement(read).run(connection)
        }
        run.usage.doubt = doubt
        return run
    }

    /// Why its indexes have no room for a record's ids.
    package func fault(of record: AuditRecord) -> String? { PutSQL.fault(of: record) }

    /// One transaction, and its rows in memory twice.
    package var batchLimit: BatchLimit { BatchLimit(records: 10_000, bytes: 16 << 20, keys: 5000) }

    /// Writes records in one transaction. What takes another's place comes anew in the order of arrival.
    package func put(_ records: [AuditRecord]) throws(StoreError) {
        guard !records.isEmpty else { return }
        let deadline = ContinuousClock.now + .seconds(600)
        try onPrimary(until: deadline) { connection throws(StoreError) in
            try put(records, by: connection, until: deadline)
        }
    }

    /// Returns when the table can be read.
    package func probe() throws(StoreError) {
        let deadline = ContinuousClock.now + .seconds(10)
        _ = try reading(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                try connection.run("SELECT FROM audit_query.records LIMIT 1", until: deadline)
            }
        }
    }
}

extension PartitionRead {
    /// Tells which index was asked, whoever wants to know.
    fileprivate func note(looked: Int, _ records: [AuditRecord]) {
        guard let trace else { return }
        let names = restriction.words
        trace.note(
            StoreAccess(
                index: "\(partition.index) of audit_query.records", bounds: partition.words,
                condition: names.isEmpty ? nil : "\(names), by the row"),
            AccessCost(looked: looked, passed: records.count, bytes: records.reduce(0) { $0 + $1.byteCount }))
    }
}
