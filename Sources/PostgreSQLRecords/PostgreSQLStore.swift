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

    /// A store that connects when it is first asked.
    ///
    /// - Parameters:
    ///   - settings: how its server is reached.
    ///   - connections: the most at a time.
    ///   - access: what for.
    package init(_ settings: ConnectionSettings, connections: Int, for access: Access) {
        pool = ConnectionPool(limit: connections) { () throws(StoreError) in
            try Session.begin(settings, for: access)
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
        return try pool.with(until: read.budget.deadline) { connection throws(StoreError) in
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
                    let key = try rows.key(at: ReadStatement.Column.key)
                    let isLeftOut = rows.isNull(ReadStatement.Column.attributes)
                    let record = isLeftOut ? nil : try rows.record(key, at: ReadStatement.Column.user)
                    place = key
                    guard try run.ends(with: record, at: key) else { continue }
                    try asking { () throws(PostgreSQLError) in try rows.end(within: Self.mostUnwanted) }
                    read.note(looked: run.looked, run.records)
                    return run.stopped
                }
                guard count == limit else {
                    read.note(looked: run.looked, run.records)
                    return run.whole()
                }
                // What is wanted is rare here.
                limit = min(Self.mostRows, max(read.limit - run.records.count, 2 * limit))
            }
        }
    }

    /// The records of these keys, all of one state of the table.
    package func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        guard !keys.isEmpty else { return FetchedRecords(records: []) }
        return try pool.with(until: budget.deadline) { connection throws(StoreError) in
            try KeyStatement(keys).records(connection, budget)
        }
    }

    /// True when each is later than all of its system, as records of a log are that is loaded as it grows.
    package func hasNone(since firsts: [Identifier: Timestamp]) throws(StoreError) -> Bool {
        guard !firsts.isEmpty else { return true }
        let deadline = ContinuousClock.now + .seconds(10)
        return try pool.with(until: deadline) { connection throws(StoreError) in
            try asking { () throws(PostgreSQLError) in
                try connection.isTrue(KeyStatement.hasLater, KeyStatement.parameters(firsts), until: deadline)
            } == false
        }
    }

    /// Lists names of which there are records. Each costs a search of an index in each month, however many records it has; for a
    /// key that may see some systems only, also what others have of it.
    package func names(_ read: NameRead) throws(StoreError) -> NameRun? {
        try pool.with(until: read.deadline) { connection throws(StoreError) in
            try NameStatement(read).run(connection)
        }
    }

    /// Why its indexes have no room for a record's ids.
    package func fault(of record: AuditRecord) -> String? { PutSQL.fault(of: record) }

    /// One transaction, and its rows in memory twice.
    package var batchLimit: BatchLimit { BatchLimit(records: 10_000, bytes: 16 << 20, keys: 5000) }

    /// Writes records in one transaction. What takes another's place comes anew in the order of arrival.
    package func put(_ records: [AuditRecord]) throws(StoreError) {
        guard !records.isEmpty else { return }
        let deadline = ContinuousClock.now + .seconds(600)
        try pool.with(until: deadline) { connection throws(StoreError) in
            try put(records, by: connection, until: deadline)
        }
    }

    /// Returns when the table can be read.
    package func probe() throws(StoreError) {
        let deadline = ContinuousClock.now + .seconds(10)
        try pool.with(until: deadline) { connection throws(StoreError) in
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
