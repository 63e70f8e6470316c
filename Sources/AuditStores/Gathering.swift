internal import AuditRecords

/// What becomes of the records that a reading lets through.
protocol Gathering {
    /// The bytes that it holds of them.
    var byteCount: Int { get }
    /// Whether it has none yet: one is always taken, or there would be no page after it.
    var isEmpty: Bool { get }
    /// Whether it takes no more.
    var isFull: Bool { get }
    /// How many more are worth reading at once.
    var wanted: Int { get }
    /// How many more it is to have, where one behind them only tells that there is one; nil where all count.
    var enough: Int? { get }

    /// Takes a record, unless there is no room for it until an instant.
    mutating func take(
        _ record: AuditRecord, _ room: inout AnswerRoom, until end: ContinuousClock.Instant
    ) throws(StoreError) -> Bool
}

/// Keeps the records of a page.
struct RecordGathering: Gathering {
    let limit: Int
    private(set) var records: [AuditRecord] = []
    private(set) var byteCount = 0

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { records.isEmpty }
    var isFull: Bool { records.count == limit }
    /// One record more than the page holds tells whether there is another page.
    var wanted: Int { limit + 1 - records.count }
    var enough: Int? { limit - records.count }

    mutating func take(
        _ record: AuditRecord, _ room: inout AnswerRoom, until end: ContinuousClock.Instant
    ) -> Bool {
        guard !isFull else { return false }
        guard isEmpty || room.grow(toHold: byteCount + record.byteCount, until: end) else { return false }
        records.append(record)
        byteCount += record.byteCount
        return true
    }
}

/// How a page ended, and where the next one begins.
struct PageEnd {
    let stop: RecordPage.Stop
    let resume: RecordKey?
}
