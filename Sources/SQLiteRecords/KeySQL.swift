internal import AuditStores
internal import AuditRecords

/// The statement that finds the keys of one system in an index. Each column that it uses is in the index, so no row is looked up.
///
/// Values: `?1` the number that the index begins with, which belongs to one system; `?2` to `?4` the first place and `?5` to `?7`
/// the one behind the last; `?8` a user that a record must have, or NULL.
struct KeySQL {
    let keys: String
    /// Counts keys, of which `?8` is the most.
    let count: String
    /// Whether the index tells the user, so that `?8` is asked.
    let asksForUser: Bool

    /// The keys of a partition, in its own index.
    init(_ partition: Partition, _ order: SortOrder) {
        let kind = partition.indexKind
        // A column and no condition: so a key that does not match is still seen, and a read over many of them can stop
        // when its time is up and say where.
        let asksForUser = kind == .resource
        self.init(
            selecting: "sequence, \(asksForUser ? "?8 IS NULL OR user = ?8" : "1")",
            from: "entries INDEXED BY \(Self.index(of: kind)) WHERE \(kind.rawValue)", order,
            asksForUser: asksForUser)
    }

    /// The index of entries that begins with what they have of a kind.
    static func index(of kind: NameKind) -> String { "entries_by_\(kind.rawValue)" }

    /// The index of a partition.
    static func index(of partition: Partition) -> String { index(of: partition.indexKind) }

    /// The keys of a value, in an index of an attribute. They have no row.
    init(attribute index: Int64, _ order: SortOrder) {
        self.init(
            selecting: "0, 1", from: "\(AttributeIndexSQL.keys(index)) WHERE value", order, asksForUser: false
        )
    }

    private init(selecting columns: String, from place: String, _ order: SortOrder, asksForUser: Bool) {
        self.asksForUser = asksForUser
        let direction = order == .ascending ? "ASC" : "DESC"
        let range = """
            FROM \(place) = ?1 \
            AND (instant, nanoseconds, audit_id) >= (?2, ?3, ?4) AND (instant, nanoseconds, audit_id) < (?5, ?6, ?7)
            """
        keys = """
            SELECT \(columns), instant, nanoseconds, audit_id \(range) \
            ORDER BY instant \(direction), nanoseconds \(direction), audit_id \(direction)
            """
        count = "SELECT count(*) FROM (SELECT 1 \(range) LIMIT ?8)"
    }
}
