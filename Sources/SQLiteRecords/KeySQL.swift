internal import AuditStores
internal import AuditRecords

/// The statements that find keys in an index. Each column that they use is in the index, so no row is looked up.
///
/// Values: `?1` the user or resource, `?2` the system, `?3` to `?5` the first place and `?6` to `?8` the one behind the last,
/// `?9` a user that a record must name, or NULL.
struct KeySQL {
    /// The index that a partition is read from.
    private let index: String
    /// Its first column where that is not the system's.
    private let owner: String?
    private let direction: String
    private let matches: String
    /// Whether the index tells the user, so that `?9` is asked.
    let asksForUser: Bool

    init(_ partition: Partition, _ order: SortOrder) {
        (index, owner) =
            switch partition {
            case .systemDay, .day: ("entries_by_system", nil)
            case .user: ("entries_by_user", "user")
            case .resource: ("entries_by_resource", "resource")
            }
        direction = order == .ascending ? "ASC" : "DESC"
        // A column and no condition: so a key that does not match is still seen, and a read over many of them can stop
        // when its time is up and say where.
        asksForUser = owner == "resource"
        matches = asksForUser ? "?9 IS NULL OR user = ?9" : "1"
    }

    private var source: String {
        "FROM entries INDEXED BY \(index) WHERE \(owner.map { "\($0) = ?1 AND " } ?? "")"
    }

    /// The keys of one system, in order.
    var keysOfSystem: String {
        """
        SELECT sequence, \(matches), instant, nanoseconds, audit_id \(source)system = ?2 \
        AND (instant, nanoseconds, audit_id) >= (?3, ?4, ?5) AND (instant, nanoseconds, audit_id) < (?6, ?7, ?8) \
        ORDER BY instant \(direction), nanoseconds \(direction), audit_id \(direction)
        """
    }

    /// The first system's number from `?2` on that has records.
    var nextSystem: String { "SELECT system \(source)system >= ?2 ORDER BY system LIMIT 1" }
}
