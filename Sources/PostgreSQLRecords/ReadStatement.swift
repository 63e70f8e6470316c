internal import AuditRecords
internal import AuditStores
internal import PostgreSQL

/// The statement that reads the next rows of a partition's run, in order by one index alone.
///
/// What a restriction leaves out is a row too, without attributes: so each says how far the reading came, and a page that finds
/// little ends in time. There are at most 24 such statements, which a connection has prepared.
struct ReadStatement {
    let text: String
    let parameters: [Parameter]

    /// Columns of its rows.
    enum Column {
        static let key: Int32 = 0
        static let user: Int32 = 4
        static let resource: Int32 = 5
        static let attributes: Int32 = 6
    }

    /// The rows behind a place, so many at most.
    init(_ read: PartitionRead, after place: RecordKey?, limit: Int) {
        var statement = Statement()
        var bounds = StoredBounds(read)
        switch read.order {
        case .ascending: bounds.lower = place.map { max(bounds.lower ?? $0, $0) } ?? bounds.lower
        case .descending: bounds.upper = place.map { min(bounds.upper ?? $0, $0) } ?? bounds.upper
        }
        let lower = Self.bind(bounds.lower, else: .earliest, &statement)
        let upper = Self.bind(bounds.upper, else: .latest, &statement)
        let count = statement.bind(.int8(Int64(limit)), "int8")
        let owner = read.partition.owner.map { "\($0.column) = \(statement.bind($0.id)) AND " } ?? ""
        let visible = Self.restricted(read.restriction, &statement)
        let direction = read.order == .ascending ? "" : " DESC"
        let columns = ["instant", "nanoseconds"] + ["audit_id", "system_id"].map(read.partition.indexed)
        let order = columns.map { $0 + direction }.joined(separator: ", ")
        let key = columns.joined(separator: ", ")
        // The instant by itself tells the server in which months there is nothing to look for.
        text = """
            SELECT instant, nanoseconds, audit_id, system_id, user_id, resource_id, \(visible)
            FROM audit_query.records
            WHERE \(owner)instant >= \(lower.instant) AND instant <= \(upper.instant)
            AND (\(key)) > (\(lower.place)) AND (\(key)) < (\(upper.place))
            ORDER BY \(order) LIMIT \(count)
            """
        parameters = statement.parameters
    }

    private static func bind(
        _ key: RecordKey?, else end: StoredInstant, _ statement: inout Statement
    ) -> (instant: String, place: String) {
        let stored = key.map { StoredInstant($0.instant) } ?? end
        let instant = statement.bind(.int8(stored.microseconds), "timestamptz")
        let place = [
            instant, statement.bind(.int2(stored.nanoseconds), "int2"),
            statement.bind(key?.auditId ?? Identifier("")), statement.bind(key?.systemId ?? Identifier("")),
        ]
        return (instant, place.joined(separator: ", "))
    }

    /// The attributes of what passes the restriction.
    static func restricted(_ restriction: Restriction, _ statement: inout Statement) -> String {
        guard restriction != Restriction(scope: .all) else { return "attributes" }
        let ids = [
            ("user_id", restriction.userId), ("system_id", restriction.systemId),
            ("resource_id", restriction.resourceId),
        ]
        let asked = ids.map { column, id in
            let name = statement.bind(id)
            return "(\(name) IS NULL OR \(column) = \(name))"
        }
        let sees = statement.sees(restriction.scope, "system_id")
        return "CASE WHEN \((asked + [sees]).joined(separator: " AND ")) THEN attributes END"
    }
}

extension Partition {
    /// Whose records they are, by a column; nil where they are everybody's.
    fileprivate var owner: (column: String, id: Identifier)? {
        switch self {
        case .systemDay(let system, _): ("system_id", system)
        case .user(let user): ("user_id", user)
        case .resource(let resource): ("resource_id", resource)
        case .day: nil
        }
    }

    /// A text column, as the index has it that has them in order.
    fileprivate func indexed(_ column: String) -> String {
        if case .day = self { "(\(column) || '')" } else { column }
    }

    /// The index that has them in order.
    var index: String {
        switch self {
        case .systemDay: "records_pkey"
        case .user: "records_by_user"
        case .resource: "records_by_resource"
        case .day: "records_by_instant"
        }
    }
}
