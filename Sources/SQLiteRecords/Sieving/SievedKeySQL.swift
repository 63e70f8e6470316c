internal import AuditRecords
internal import AuditStores

/// The statements that find keys in an index of those records only that a sieve lets through.
///
/// Values: `?1` the number that the index begins with; `?2` to `?4` the first place and `?5` to `?7` the one behind the last, of
/// which only the instants are asked between whole milliseconds: SQLite compares rows of values with each row once more.
struct SievedKeySQL {
    private let place: String
    private let direction: String
    private let arguments: String

    init(_ partition: Partition, _ order: SortOrder, _ sieve: RowSieve) {
        let kind = partition.indexKind.rawValue
        place = "FROM entries INDEXED BY entries_by_\(kind) WHERE \(kind) = ?1"
        direction = order == .ascending ? "ASC" : "DESC"
        arguments = sieve.arguments
    }

    /// Where a slice ends: the place of the last of `?8` + 1 keys.
    func end(whole isWhole: Bool) -> String {
        """
        SELECT instant, nanoseconds, audit_id \(place) \(Self.bounds(isWhole)) \
        ORDER BY instant \(direction), nanoseconds \(direction), audit_id \(direction) LIMIT 1 OFFSET ?8
        """
    }

    /// The keys that a sieve lets through, `?8`, oldest first: SQLite goes from one row to the next of a load without a search.
    func keys(whole isWhole: Bool) -> String {
        """
        SELECT sequence, instant, nanoseconds, audit_id \(place) \(Self.bounds(isWhole)) \
        AND \(RowFunction.name)(?8, \(arguments)) ORDER BY instant, nanoseconds, audit_id
        """
    }

    private static func bounds(_ isWhole: Bool) -> String {
        isWhole
            ? "AND instant >= ?2 AND instant < ?5"
            : """
            AND (instant, nanoseconds, audit_id) >= (?2, ?3, ?4) AND (instant, nanoseconds, audit_id) < (?5, ?6, ?7)
            """
    }
}

extension Partition {
    /// The index whose keys stand in the order of answers.
    var indexKind: NameKind {
        switch self {
        case .systemDay, .day: .system
        case .user: .user
        case .resource: .resource
        }
    }
}
