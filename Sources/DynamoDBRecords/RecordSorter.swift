internal import AuditRecords
internal import AuditStores

/// Puts records that come in the order of the table's keys into the order of ``RecordKey``.
///
/// The two agree on seconds, and may differ within one: so a second's records are held back until one of
/// another second comes, and are sorted. Keeps no more than a page needs, however many records a second has.
struct RecordSorter {
    private let order: SortOrder
    private let after: RecordKey?
    private let limit: Int
    private let byteLimit: Int
    private var held: [AuditRecord] = []
    private var isHeldSorted = true
    /// The bytes of what is held back.
    private(set) var heldBytes = 0
    private var readyBytes = 0

    /// Records in their final order: none that is still to come goes between them.
    private(set) var ready: [AuditRecord] = []

    /// A sorter for a read that wants `limit` records past a place, and of those so many bytes.
    init(order: SortOrder, after: RecordKey?, limit: Int, byteLimit: Int = .max) {
        self.order = order
        self.after = after
        self.limit = limit
        self.byteLimit = byteLimit
    }

    /// No record that is still to come can be among those that are wanted.
    var isFull: Bool { ready.count >= limit || readyBytes > byteLimit }

    /// Takes the next record in the order of the table's keys.
    mutating func take(_ record: AuditRecord) {
        release(before: record.key.instant.seconds)
        // Bounds are wide: a page begins with records of its second that the page before has shown.
        if let after, !order.areInOrder(after, record.key) { return }
        if isHeldSorted, let last = held.last { isHeldSorted = order.areInOrder(last.key, record.key) }
        held.append(record)
        heldBytes += record.byteCount
        if held.count >= 2 * limit + 64 { cut() }
    }

    /// Lets go of what comes after the last record that the page can show, and after the one that shows that there is
    /// more. To be called after each answer of DynamoDB, of which more would be held otherwise than a page may have.
    mutating func cut() {
        sort()
        var (count, bytes) = (0, 0)
        while count < min(limit + 1, held.count), bytes <= byteLimit - readyBytes {
            bytes += held[count].byteCount
            count += 1
        }
        held.removeLast(held.count - count)
        heldBytes = bytes
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
        readyBytes += heldBytes
        heldBytes = 0
        held.removeAll(keepingCapacity: true)
    }

    /// Sorts what is held. Of two records of one key, as an index has them of an item that is in two of its day's partitions, one is kept.
    private mutating func sort() {
        guard !isHeldSorted else { return }
        held.sort { order.areInOrder($0.key, $1.key) }
        var last: RecordKey?
        held.removeAll { record in
            defer { last = record.key }
            return record.key == last
        }
        heldBytes = held.byteCount
        isHeldSorted = true
    }
}
