internal import AuditStores
internal import AuditRecords

/// One partition of a day: what has been read of it and not been taken.
struct DayPart {
    let partition: Partition
    /// Which of the system's partitions of that day it is, if there are several.
    let shard: Int?
    /// Its next records, in order.
    private(set) var ahead: ArraySlice<AuditRecord> = []
    /// The one behind them, where it is known and was not read.
    private(set) var withheld: WithheldRecord?
    /// Where reading goes on.
    private(set) var after: RecordKey?
    /// The last place that has been taken.
    private var taken: RecordKey?
    /// Whether there is nothing behind what is held.
    private(set) var isAtEnd = false

    init(partition: Partition, shard: Int?, after: RecordKey?) {
        self.partition = partition
        self.shard = shard
        self.after = after
        taken = after
    }

    /// What its records take.
    var heldBytes: Int { ahead.reduce(0) { $0 + $1.byteCount } }

    /// Whether something may come of which nothing is known.
    var isUnknown: Bool { ahead.isEmpty && withheld == nil && !isAtEnd }

    /// Where the next record is, or where it must come after; nil behind the last.
    var place: RecordKey? { ahead.first?.key ?? withheld?.key ?? (isAtEnd ? nil : after) }

    /// Takes note of what was read behind ``after``, of which nothing was held.
    mutating func note(_ run: PartitionRun) {
        ahead = run.records[...]
        withheld = run.withheld
        isAtEnd = run.withheld == nil && run.resume == nil
        after = run.resume ?? after
    }

    /// Takes the next record.
    mutating func popFirst() -> AuditRecord? {
        let record = ahead.popFirst()
        taken = record?.key ?? taken
        return record
    }

    /// Passes a record of this key, if it is next.
    mutating func pass(_ key: RecordKey) {
        if ahead.first?.key == key {
            _ = popFirst()
        } else if ahead.isEmpty, withheld?.key == key {
            (withheld, after, taken) = (nil, key, key)
        }
    }

    /// Forgets what is held but for the first key.
    mutating func letGo() {
        guard let first = ahead.first else { return }
        (withheld, ahead, after, isAtEnd) = (WithheldRecord(first), [], taken, false)
    }
}
