/// Puts records that come in the order of the table's keys into the order of ``RecordKey``.
///
/// The two agree on seconds, and may differ within one: so a second's records are held back until one of
/// another second comes, and are sorted. Keeps no more than a page needs, however many records a second has.
struct RecordSorter {
    private let order: SortOrder
    private let after: RecordKey?
    private let limit: Int
    private var held: [AuditRecord] = []
    private var isHeldSorted = true

    /// Records in their final order: none that is still to come goes between them.
    private(set) var ready: [AuditRecord] = []

    /// A sorter for a read that wants `limit` records past a place.
    init(order: SortOrder, after: RecordKey?, limit: Int) {
        self.order = order
        self.after = after
        self.limit = limit
    }

    var isFull: Bool { ready.count >= limit }

    /// Takes the next record in the order of the table's keys.
    mutating func take(_ record: AuditRecord) {
        release(before: record.key.instant.seconds)
        // Bounds are wide: a page begins with records of its second that the page before has shown.
        if let after, !order.areInOrder(after, record.key) { return }
        if isHeldSorted, let last = held.last { isHeldSorted = order.areInOrder(last.key, record.key) }
        held.append(record)
        if held.count >= 2 * limit + 64 {
            sort()
            held.removeLast(held.count - limit)
        }
    }

    /// Every record from now on is of this second or past it in reading order.
    mutating func release(before second: Int64) {
        if let first = held.first, first.key.instant.seconds != second { release() }
    }

    /// No more records come.
    mutating func end() { release() }

    private mutating func release() {
        sort()
        ready += held
        held.removeAll(keepingCapacity: true)
    }

    private mutating func sort() {
        guard !isHeldSorted else { return }
        held.sort { order.areInOrder($0.key, $1.key) }
        isHeldSorted = true
    }
}
