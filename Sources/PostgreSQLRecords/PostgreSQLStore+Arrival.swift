package import AuditStores
internal import AuditRecords
internal import PostgreSQL

extension PostgreSQLStore: FollowedStore {
    /// The last number that was given.
    package func arrivalEnd(deadline: ContinuousClock.Instant) throws(StoreError) -> ArrivalPlace {
        try reading(until: deadline) { connection throws(StoreError) in
            try Self.end(connection, until: deadline).place
        }.value
    }

    /// Rows along the index of arrival. Costs two round trips and a search in each month, and a microsecond or two for each row.
    package func arrivals(_ read: ArrivalRead) throws(StoreError) -> Arrivals {
        let deadline = read.budget.deadline
        try read.budget.checkDeadline()
        let (arrivals, doubt) = try reading(until: deadline) { connection throws(StoreError) in
            try Self.arrivals(read, by: connection)
        }
        switch arrivals {
        case .run(var run):
            run.doubt = doubt
            return .run(run)
        case .lost:
            guard doubt == nil else {
                // Another server may know the place, or have more.
                throw StoreError(
                    .unavailable,
                    "PostgreSQL: the only server that answers does not know a place, which the others may know"
                )
            }
            return arrivals
        }
    }

    private static func arrivals(
        _ read: ArrivalRead, by connection: Connection
    ) throws(StoreError) -> Arrivals {
        let deadline = read.budget.deadline
        // Before the rows: what is written between both has numbers behind it.
        let last = try end(connection, until: deadline)
        var run: GrowingArrivals
        do throws(PlaceLoss) {
            run = try GrowingArrivals(read, endingAt: last.place, earlier: last.earlier)
        } catch {
            return .lost(error)
        }
        var limit = min(read.limit, mostRows)
        while true {
            let statement = ArrivalStatement(read, after: run.number, upTo: last.place.number, limit: limit)
            var rows = try asking { () throws(PostgreSQLError) in
                try connection.rows(statement.text, statement.parameters, until: deadline)
            }
            var count = 0
            while try asking({ () throws(PostgreSQLError) in try rows.next() }) {
                count += 1
                guard let number = rows.integer(ArrivalStatement.Column.arrival) else { throw noArrival }
                let isLeftOut = rows.isNull(ReadStatement.Column.attributes)
                let record =
                    isLeftOut
                    ? nil
                    : try rows.record(rows.key(at: ReadStatement.Column.key), at: ReadStatement.Column.user)
                guard try run.ends(with: record, at: number) else { continue }
                try asking { () throws(PostgreSQLError) in try rows.end(within: mostUnwanted) }
                return .run(run.stopped)
            }
            if count < limit { return .run(run.whole) }
            // What is wanted is rare here.
            limit = min(mostRows, max(run.room, 2 * limit))
        }
    }

    /// Where the order ends, and where it left those that it goes on with.
    static func end(
        _ connection: Connection, until deadline: ContinuousClock.Instant
    ) throws(StoreError) -> (place: ArrivalPlace, earlier: [ArrivalPlace]) {
        do throws(PostgreSQLError) {
            var rows = try connection.rows(ArrivalStatement.end, until: deadline)
            var end: (ArrivalPlace, [ArrivalPlace])?
            while try rows.next() {
                guard let last = rows.integer(0), let origin = rows.integer(1) else { continue }
                end = (
                    ArrivalPlace(origin: UInt64(bitPattern: origin), number: last),
                    ArrivalStatement.earlier(rows.bytes(2))
                )
            }
            if let end { return end }
        } catch {
            // No such column, or not for this role: the schema is of version 1.
            guard error.state == "42703" || error.state == "42501" else { throw StoreError(error) }
        }
        throw noArrival
    }

    private static let noArrival = StoreError(
        .unavailable,
        "PostgreSQL: the schema audit_query is of a version that keeps no order of arrival for who reads: "
            + "`audit-query table create` makes it")
}

/// The statement that reads the next rows in the order of arrival.
struct ArrivalStatement {
    let text: String
    let parameters: [Parameter]

    /// Columns behind those of a ``ReadStatement``.
    enum Column {
        static let arrival: Int32 = 7
    }

    /// The last number that was given, whose order it is, and the orders before it, which an earlier schema has none of.
    static let end = """
        SELECT last, ('x' || substr(replace(origin::text, '-', ''), 1, 16))::bit(64)::int8,
        array_to_string(ARRAY(SELECT jsonb_array_elements_text(to_jsonb(arrival)->'earlier')), ' ')
        FROM audit_query.arrival
        """

    /// The ends of earlier orders, of pairs of numbers as ``end`` has them.
    static func earlier(_ text: [UInt8]) -> [ArrivalPlace] {
        let numbers = text.split(separator: UInt8(ascii: " ")).compactMap {
            Int64(String(decoding: $0, as: UTF8.self))
        }
        return stride(from: 0, to: numbers.count - 1, by: 2).map {
            ArrivalPlace(origin: UInt64(bitPattern: numbers[$0]), number: numbers[$0 + 1])
        }
    }

    /// The rows behind a number, up to another, so many at most; of those that a restriction leaves out no attributes.
    init(_ read: ArrivalRead, after number: Int64, upTo last: Int64, limit: Int) {
        var statement = Statement()
        let first = statement.bind(.int8(number), "int8")
        let end = statement.bind(.int8(last), "int8")
        let count = statement.bind(.int8(Int64(limit)), "int8")
        let visible = ReadStatement.restricted(read.restriction, &statement)
        text = """
            SELECT instant, nanoseconds, audit_id, system_id, user_id, resource_id, \(visible), arrival
            FROM audit_query.records WHERE arrival > \(first) AND arrival <= \(end)
            ORDER BY arrival LIMIT \(count)
            """
        parameters = statement.parameters
    }
}
