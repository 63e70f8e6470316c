internal import AuditRecords
internal import AuditStores

/// The statements of a count that looks into rows: rows of one number of an index between two instants, oldest first, as SQLite
/// goes from one row of a load to the next without a search.
///
/// Values: `?1` the number that the index begins with; `?2` to `?5` two instants, of which between whole milliseconds only `?2` and
/// `?4` are asked; `?6` a user, where one is asked for besides; `?7` the tally.
struct RowCountSQL {
    /// Which index leads to the rows.
    let kind: NameKind
    /// Whether records must also be of a user.
    let asksForUser: Bool
    /// What the tally is given of each row.
    private let arguments: String

    init(_ restriction: Restriction, _ tally: RowTally) {
        arguments = tally.arguments
        if restriction.resourceId != nil {
            (kind, asksForUser) = (.resource, restriction.userId != nil)
        } else {
            (kind, asksForUser) = (restriction.userId == nil ? .system : .user, false)
        }
    }

    /// The name of the index.
    var index: String { KeySQL.index(of: kind) }

    /// The rows that the tally does not take.
    func rows(whole isWhole: Bool) -> String {
        """
        SELECT sequence, instant, nanoseconds, audit_id \(place(isWhole)) \
        AND \(RowFunction.name)(?7, \(arguments)) ORDER BY instant, nanoseconds, audit_id
        """
    }

    /// When the last row was.
    var last: String {
        "SELECT instant, nanoseconds \(place(false)) ORDER BY instant DESC, nanoseconds DESC LIMIT 1"
    }

    private func place(_ isWhole: Bool) -> String {
        let bounds =
            isWhole
            ? "instant >= ?2 AND instant < ?4"
            : "(instant, nanoseconds) >= (?2, ?3) AND (instant, nanoseconds) < (?4, ?5)"
        return
            "FROM entries INDEXED BY \(index) WHERE \(kind.rawValue) = ?1 AND \(bounds)"
            + (asksForUser ? " AND user = ?6" : "")
    }
}
