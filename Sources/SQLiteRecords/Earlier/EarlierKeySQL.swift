internal import AuditStores
internal import AuditRecords

/// The statements that find keys in an index of a file before version 3. Each column that they use is in the index, so no row is looked up.
///
/// Values: `?1` the user or resource, `?2` the system, `?3` and `?4` the bounds of sort_key, `?5` a user that a
/// record must name, or NULL.
struct EarlierKeySQL {
    /// The index that a partition is read from.
    let index: String
    /// Its first column where that is not the system's.
    private let owner: String?
    private let direction: String
    private let matches: String
    /// Whether the index tells the user, so that `?5` is asked.
    let asksForUser: Bool

    init(_ partition: Partition, _ order: SortOrder) {
        (index, owner) =
            switch partition {
            case .systemDay, .day: ("by_system", nil)
            case .user: ("by_user", "user_id")
            case .resource: ("by_resource", "resource_id")
            }
        direction = order == .ascending ? "ASC" : "DESC"
        // A column and no condition: so a key that does not match is still seen, and a read over many of them can stop
        // when its time is up and say where.
        asksForUser = index == "by_resource"
        matches = asksForUser ? "?5 IS NULL OR user_id = ?5" : "1"
    }

    private var source: String {
        "FROM records INDEXED BY \(index) WHERE \(owner.map { "\($0) = ?1 AND " } ?? "")"
    }

    /// The keys of one system, in order.
    var keysOfSystem: String {
        """
        SELECT rowid, \(matches), sort_key \(source)\
        system_id = ?2 AND sort_key >= ?3 AND sort_key < ?4 ORDER BY sort_key \(direction)
        """
    }

    /// The first system from `?2` on that has records.
    var nextSystem: String { "SELECT system_id \(source)system_id >= ?2 ORDER BY system_id LIMIT 1" }

    /// The keys of all systems, in order, from the indexes of a file of version 1, which do not lead with the
    /// system: between the places (`?3`, `?6`) and (`?4`, `?7`).
    var keysOfAllSystems: String {
        """
        SELECT rowid, \(matches), sort_key, system_id \(source)\
        (sort_key, system_id) > (?3, ?6) AND (sort_key, system_id) < (?4, ?7) \
        ORDER BY sort_key \(direction), system_id \(direction)
        """
    }
}
