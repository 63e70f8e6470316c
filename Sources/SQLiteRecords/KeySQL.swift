internal import AuditStores
internal import AuditRecords

/// The statement that finds the keys of one system in an index. Each column that it uses is in the index, so no row is looked up.
///
/// Values: `?1` the number that the index begins with, which belongs to one system; `?2` to `?4` the first place and `?5` to `?7`
/// the one behind the last; `?8` a user that a record must have, or NULL.
struct KeySQL {
    let keys: String
    /// Whether the index tells the user, so that `?8` is asked.
    let asksForUser: Bool

    init(_ partition: Partition, _ order: SortOrder) {
        let kind: NameKind =
            switch partition {
            case .systemDay, .day: .system
            case .user: .user
            case .resource: .resource
            }
        let direction = order == .ascending ? "ASC" : "DESC"
        // A column and no condition: so a key that does not match is still seen, and a read over many of them can stop
        // when its time is up and say where.
        asksForUser = kind == .resource
        let matches = asksForUser ? "?8 IS NULL OR user = ?8" : "1"
        keys = """
            SELECT sequence, \(matches), instant, nanoseconds, audit_id \
            FROM entries INDEXED BY entries_by_\(kind.rawValue) WHERE \(kind.rawValue) = ?1 \
            AND (instant, nanoseconds, audit_id) >= (?2, ?3, ?4) AND (instant, nanoseconds, audit_id) < (?5, ?6, ?7) \
            ORDER BY instant \(direction), nanoseconds \(direction), audit_id \(direction)
            """
    }
}
