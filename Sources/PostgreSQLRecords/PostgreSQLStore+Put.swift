internal import AuditRecords
internal import AuditStores
internal import PostgreSQL
internal import Synchronization

/// The statements that write.
enum PutSQL {
    /// Where rows are copied to before they are merged: each connection's own, empty outside a transaction. And what is committed is on
    /// the server's disk: a crash that lost transactions which others have read would give their numbers of arrival again.
    static let staging = """
        SELECT set_config('synchronous_commit', 'local', false) WHERE current_setting('synchronous_commit') = 'off';
        CREATE TEMPORARY TABLE IF NOT EXISTS staging (
        number bigint, system_id text, instant timestamptz, nanoseconds smallint, audit_id text, user_id text,
        resource_id text, attributes json) ON COMMIT DELETE ROWS
        """

    static let copy = "COPY pg_temp.staging FROM STDIN (FORMAT binary)"

    /// Takes `$1` numbers of the order of arrival. Whoever writes next waits here: so numbers become visible in their order, and
    /// without gaps, since those of a transaction that fails are given anew.
    static let numbers = """
        UPDATE audit_query.arrival SET last = last + $1::int8 RETURNING last - $1::int8
        """

    /// What is there already under a key becomes what was copied.
    static let merge = """
        INSERT INTO audit_query.records
        (system_id, instant, nanoseconds, audit_id, user_id, resource_id, attributes, arrival)
        SELECT system_id, instant, nanoseconds, audit_id, user_id, resource_id, attributes, $1::int8 + number
        FROM pg_temp.staging
        ON CONFLICT (system_id, instant, nanoseconds, audit_id) DO UPDATE SET
        user_id = excluded.user_id, resource_id = excluded.resource_id, attributes = excluded.attributes,
        arrival = excluded.arrival
        """

    /// An entry of an index has at most 2,704 bytes; it is three ids, an instant and what stands around them.
    private static let mostBytesOfIds = 2600

    static func fault(of record: AuditRecord) -> String? {
        let longest = max(record.userId.bytes.count, record.resourceId.bytes.count)
        let count = longest + record.key.systemId.bytes.count + record.key.auditId.bytes.count
        guard count > mostBytesOfIds else { return nil }
        return
            "its systemId, auditId and the longer one of userId and resourceId have \(count) bytes together; "
            + "PostgreSQL's indexes have room for \(mostBytesOfIds)"
    }
}

/// The months of which this process knows that they have a partition.
final class KnownMonths: Sendable {
    private let known = Mutex<Set<Int>>([])

    /// Of these months, those that are not known.
    func unknown(of months: Set<Int>) -> [Int] { known.withLock { months.subtracting($0).sorted() } }

    func note(_ month: Int) { known.withLock { _ = $0.insert(month) } }

    /// Somebody may have taken one away.
    func forget() { known.withLock { $0 = [] } }
}

extension PostgreSQLStore {
    /// So often a transaction is tried that another one kept from its end.
    private static let tries = 3

    func put(
        _ records: [AuditRecord], by connection: Connection, until deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        let distinct = Self.last(of: records)
        do throws(StoreError) {
            try asking { () throws(PostgreSQLError) in
                try makeMonths(of: distinct, by: connection, until: deadline)
                for _ in 1..<Self.tries {
                    do throws(PostgreSQLError) {
                        return try write(distinct, by: connection, until: deadline)
                    } catch {
                        guard error.state == "40001" || error.state == "40P01" else { throw error }
                    }
                }
                try write(distinct, by: connection, until: deadline)
            }
        } catch {
            months.forget()
            throw error
        }
    }

    /// One transaction: rows, their numbers, the merge. Whatever ends it before its end, nothing of it stays.
    private func write(
        _ records: [AuditRecord], by connection: Connection, until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) {
        var rows = CopyRows()
        for (number, record) in records.enumerated() {
            let instant = StoredInstant(record.key.instant)
            rows.add([
                .int8(Int64(number) + 1), .text(record.key.systemId.bytes), .int8(instant.microseconds),
                .int2(instant.nanoseconds), .text(record.key.auditId.bytes), .text(record.userId.bytes),
                .text(record.resourceId.bytes), .text(record.attributes),
            ])
        }
        try connection.script("BEGIN", until: deadline)
        do throws(PostgreSQLError) {
            try connection.copy(rows, by: PutSQL.copy, until: deadline)
            let count = Parameter.int8(Int64(records.count))
            guard let last = try connection.integer(PutSQL.numbers, [count], until: deadline) else {
                throw PostgreSQLError.noArrival
            }
            try connection.run(PutSQL.merge, [.int8(last)], until: deadline)
            try connection.script("COMMIT", until: deadline)
        } catch {
            // Where that fails too, the connection is not used again, and the server rolls back when it closes.
            try? connection.script("ROLLBACK", until: deadline)
            throw error
        }
    }

    /// Makes the partitions that are missing, and the one after them, each by itself: whoever reads or writes waits for none.
    private func makeMonths(
        of records: [AuditRecord], by connection: Connection, until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) {
        var wanted: Set<Int> = []
        // A batch has few days.
        for day in Set(records.map(\.key.instant.day)) {
            let month = PostgreSQLSchema.month(of: day.start)
            wanted.formUnion([month, month + 1])
        }
        for month in months.unknown(of: wanted.filter(PostgreSQLSchema.months.contains)) {
            try make(month, by: connection, until: deadline)
            months.note(month)
        }
    }

    /// Of records of one key the last, for a statement changes no row twice.
    private static func last(of records: [AuditRecord]) -> [AuditRecord] {
        var places: [StoredKey: Int] = [:]
        places.reserveCapacity(records.count)
        for (index, record) in records.enumerated() { places[StoredKey(record.key)] = index }
        guard places.count < records.count else { return records }
        return places.values.sorted().map { records[$0] }
    }
}
