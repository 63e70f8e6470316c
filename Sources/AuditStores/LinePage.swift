package import AuditRecords

/// Writes a record behind those before it: given the most bytes that there may be with it, tells whether it fits.
package typealias LineWriting =
    @Sendable (AuditRecord, _ limit: Int, _ lines: inout [UInt8]) throws(StoreError) -> Bool

/// One page of an answer, as lines.
package struct LinePage: Sendable {
    /// What stood before them, and the lines, in order.
    package let lines: [UInt8]
    /// How many records they are of.
    package let count: Int
    /// Why it ended.
    package let stop: RecordPage.Stop
    /// Where the next page begins; nil when there is none.
    package let resume: RecordKey?
    /// What the store took for it.
    package let usage: StoreUsage
    /// How many records the query's condition was held against; 0 without one.
    package let looked: Int
    /// What its bytes may take.
    package let room: AnswerRoom?
}

extension PageReader {
    /// Reads the next page and writes it: as ``page(of:scope:budget:)``, but that records are let go of once they are written, so
    /// that it may have many; and that it ends where its lines would be more than an answer may have.
    ///
    /// - Parameters:
    ///   - query: what is asked.
    ///   - scope: the systems that may be seen.
    ///   - budget: time and bytes.
    ///   - header: what stands before the first line.
    ///   - isAlone: whether the page has room for the largest line from the start, for one that did not fit into less.
    ///   - write: writes a record.
    /// - Returns: nil when the first line does not fit.
    /// - Throws: ``StoreError`` when the store fails, or what `write` throws.
    package func lines(
        of query: RecordQuery, scope: SystemScope, budget: Budget, header: [UInt8], isAlone: Bool,
        _ write: @escaping LineWriting
    ) throws(StoreError) -> LinePage? {
        var room = memory.room(
            for: query.limit, orBytes: query.condition == nil ? 0 : Filtering.usualBytes,
            isEager: store.readsAtOnce > 1)
        if isAlone { try room.wait(toHold: memory.limits.answer, until: budget.deadline) }
        var reading = PageReading(
            query, into: LineGathering(limit: query.limit, header: header, write),
            plan: Plan(query, scope: scope),
            store: store, room: room, budget: budget, hints: hints(for: query), sight: sight,
            now: now)
        reading.trace = trace
        let end = try reading.page()
        let gathered = reading.gathered
        guard !gathered.isFirstTooLong else { return nil }
        memory.note(count: gathered.count, bytes: gathered.byteCount)
        return LinePage(
            lines: gathered.lines, count: gathered.count, stop: end.stop, resume: end.resume,
            usage: reading.usage, looked: reading.looked, room: reading.room)
    }
}

/// Keeps the lines of a page's records.
struct LineGathering: Gathering {
    let limit: Int
    private let write: LineWriting
    private(set) var lines: [UInt8]
    private(set) var count = 0
    /// Whether the first record's line had no room.
    private(set) var isFirstTooLong = false

    /// What is worth reading at once: a record takes some hundred bytes besides those that are counted.
    static let mostRead = 1000

    init(limit: Int, header: [UInt8], _ write: @escaping LineWriting) {
        self.limit = limit
        self.write = write
        lines = header
    }

    var byteCount: Int { lines.count }
    var isEmpty: Bool { count == 0 }
    var isFull: Bool { count == limit }
    var wanted: Int { min(limit + 1 - count, Self.mostRead) }
    var enough: Int? { limit - count }

    mutating func take(
        _ record: AuditRecord, _ room: inout AnswerRoom, until end: ContinuousClock.Instant
    ) throws(StoreError) -> Bool {
        if isFull { return false }
        let start = lines.count
        // As much room as there is for records, there is for what is written of them.
        let most = isEmpty ? max(room.byteLimit, 2 * room.byteLimit - record.byteCount) : room.largest
        // An array that grows by itself would have up to three times its bytes at once.
        if lines.capacity < room.byteLimit { lines.reserveCapacity(room.byteLimit) }
        let isWritten = try write(record, most, &lines)
        guard isWritten, room.grow(toHold: lines.count, until: end) || isEmpty else {
            lines.removeSubrange(start...)
            isFirstTooLong = isEmpty
            return false
        }
        count += 1
        return true
    }
}
