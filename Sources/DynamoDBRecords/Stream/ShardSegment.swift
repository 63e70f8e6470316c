/// What a process holds of a shard: records that follow one another, from a position on, and where to go on behind them.
struct ShardSegment {
    /// What lies behind a position.
    struct Rest {
        let entries: ArraySlice<StreamEntry>
        /// Whether nothing ever comes behind them.
        let isEnded: Bool
    }

    /// It begins behind this.
    private(set) var start: ShardPosition
    private(set) var entries: [StreamEntry] = []
    private(set) var byteCount = 0
    /// Whether its first iterator was one of the end, which cannot be had again.
    let isOfEnd: Bool
    /// Where to go on; nil where it has to be asked for.
    var iterator: String?
    private(set) var isEnded = false
    /// Whether there was nothing behind it when it was looked at, as far as can be told.
    private(set) var isCaughtUp = false
    private var emptyAnswers = 0
    /// When to look again, once it is caught up.
    var due: ContinuousClock.Instant
    var used: ContinuousClock.Instant

    /// So many records are a full answer, or nearly, behind which there may be more; or so many bytes, since DynamoDB's megabyte may
    /// hold as much of what was there before, and keys thrice.
    private static let full = (records: 500, bytes: 150_000)

    init(after start: ShardPosition, isOfEnd: Bool = false, now: ContinuousClock.Instant) {
        (self.start, self.isOfEnd) = (start, isOfEnd)
        (due, used) = (now, now)
        isCaughtUp = isOfEnd
    }

    /// Where it ends.
    var end: ShardPosition { entries.last.map { .after($0.number) } ?? start }

    /// Where an iterator goes on at its end; nil where that cannot be told any more. A shard's first number is where it begins:
    /// unlike its horizon that is refused when records from there on were removed.
    func beginning(in shard: StreamShard) -> StreamCalls.Beginning? {
        switch end {
        case .after(let number): .after(number)
        case .beginning: shard.first.map { .at($0) } ?? .horizon
        case .opened: isOfEnd ? nil : .horizon
        case .ended: nil
        }
    }

    /// What it has behind a position; nil where it does not hold the position.
    func rest(behind position: ShardPosition) -> Rest? {
        guard case .after(let number) = position else {
            return position == start ? Rest(entries: entries[...], isEnded: isEnded) : nil
        }
        guard case .after(let last) = end, number <= last else { return nil }
        if case .after(let floor) = start {
            guard floor <= number else { return nil }
        } else {
            guard let first = entries.first?.number, first <= number else { return nil }
        }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].number <= number { low = middle + 1 } else { high = middle }
        }
        return Rest(entries: entries[low...], isEnded: isEnded)
    }

    /// Takes an answer behind its end. Records that it has already are passed over.
    ///
    /// - Returns: whether anything came.
    mutating func take(_ answer: StreamAnswer, emptyAnswers enough: Int) -> Bool {
        var bytes = 0
        let count = entries.count
        for entry in answer.entries {
            if case .after(let last) = end, entry.number <= last { continue }
            entries.append(entry)
            bytes += entry.byteCount
        }
        byteCount += bytes
        iterator = answer.next
        isEnded = answer.next == nil
        let isFull = answer.entries.count >= Self.full.records || bytes >= Self.full.bytes
        emptyAnswers = answer.entries.isEmpty ? emptyAnswers + 1 : 0
        // What has been at the end stays there, unless much comes.
        isCaughtUp = !isFull && (isCaughtUp || emptyAnswers >= enough)
        return entries.count > count || isEnded
    }

    /// Drops records from its front until so many bytes are left.
    mutating func cut(to room: Int) {
        guard byteCount > room else { return }
        var dropped = 0
        while byteCount > room, dropped < entries.count {
            byteCount -= entries[dropped].byteCount
            dropped += 1
        }
        start = .after(entries[dropped - 1].number)
        entries.removeFirst(dropped)
    }
}
