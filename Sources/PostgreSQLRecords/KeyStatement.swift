internal import AuditRecords
internal import AuditStores
internal import PostgreSQL

/// The statement that looks up keys, each by a search of the primary key in its month.
struct KeyStatement {
    private let keys: [RecordKey]

    init(_ keys: [RecordKey]) { self.keys = keys }

    /// In the order of the primary key, so that the server asks no other index: one of the instant would lead past all records of
    /// that instant for each key.
    private static let text = """
        SELECT keys.number, found.user_id, found.resource_id, found.attributes
        FROM unnest($1::text[], $2::timestamptz[], $3::int2[], $4::text[])
        WITH ORDINALITY AS keys (system_id, instant, nanoseconds, audit_id, number),
        LATERAL (
        SELECT user_id, resource_id, attributes FROM audit_query.records
        WHERE records.system_id = keys.system_id AND records.instant = keys.instant
        AND records.nanoseconds = keys.nanoseconds
        AND records.audit_id >= keys.audit_id AND records.audit_id <= keys.audit_id
        ORDER BY records.audit_id LIMIT 1) AS found
        """

    /// Whether a system has a record at an instant or later, for one of some systems.
    static let hasLater = """
        SELECT EXISTS (
        SELECT FROM unnest($1::text[], $2::timestamptz[], $3::int2[]) AS firsts (system_id, instant, nanoseconds),
        LATERAL (
        SELECT FROM audit_query.records WHERE records.system_id = firsts.system_id
        AND records.instant >= firsts.instant
        AND (records.instant, records.nanoseconds) >= (firsts.instant, firsts.nanoseconds)
        ORDER BY records.instant DESC, records.nanoseconds DESC, records.audit_id DESC LIMIT 1) AS later)
        """

    /// Parameters of ``hasLater``.
    static func parameters(_ firsts: [Identifier: Timestamp]) -> [Parameter] {
        let places = firsts.map { ($0.key.bytes, StoredInstant($0.value)) }
        return [
            .texts(places.map(\.0)), .timestamps(places.map(\.1.microseconds)),
            .int2s(places.map(\.1.nanoseconds)),
        ]
    }

    /// What there is under the keys, in their order; a key that is asked for twice is one record.
    func records(_ connection: Connection, _ budget: Budget) throws(StoreError) -> FetchedRecords {
        var numbers: [StoredKey: Int] = [:]
        var distinct: [RecordKey] = []
        for key in keys where numbers[StoredKey(key)] == nil {
            numbers[StoredKey(key)] = distinct.count
            distinct.append(key)
        }
        let instants = distinct.map { StoredInstant($0.instant) }
        let parameters: [Parameter] = [
            .texts(distinct.map(\.systemId.bytes)), .timestamps(instants.map(\.microseconds)),
            .int2s(instants.map(\.nanoseconds)), .texts(distinct.map(\.auditId.bytes)),
        ]
        var rows = try asking { () throws(PostgreSQLError) in
            try connection.rows(Self.text, parameters, until: budget.deadline)
        }
        var found = [AuditRecord?](repeating: nil, count: distinct.count)
        var bytes = 0
        while try asking({ () throws(PostgreSQLError) in try rows.next() }) {
            guard let number = rows.integer(0).map({ Int($0) - 1 }), found.indices.contains(number) else {
                throw StoreError(.unavailable, "PostgreSQL: an answer about keys that were not asked for")
            }
            // The timestamp as the table has it: spelt as the loader spells it.
            let key = RecordKey(
                systemId: distinct[number].systemId, instant: distinct[number].instant,
                auditId: distinct[number].auditId)
            let record = try rows.record(key, at: 1)
            bytes += record.byteCount
            guard bytes <= budget.bytes else { throw StoreError(tooManyBytes: budget.bytes) }
            found[number] = record
        }
        return FetchedRecords(records: keys.map { key in numbers[StoredKey(key)].flatMap { found[$0] } })
    }
}

extension Connection {
    /// The number in the first column of the only row; nil where there is none.
    func integer(
        _ sql: String, _ parameters: [Parameter] = [], until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) -> Int64? {
        var rows = try rows(sql, parameters, until: deadline)
        var value: Int64?
        while try rows.next() { value = rows.integer(0) }
        return value
    }

    /// Whether the only row says so.
    func isTrue(
        _ sql: String, _ parameters: [Parameter] = [], until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) -> Bool {
        var rows = try rows(sql, parameters, until: deadline)
        var value = false
        while try rows.next() { value = rows.isTrue(0) }
        return value
    }
}
