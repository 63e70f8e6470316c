internal import LogFormats
internal import AuditStores
internal import AuditRecords

/// Records that are handed to a store at once, and what their order tells: noted while each is at hand, for to go through all of them
/// again takes as long as it takes to fetch them from memory.
struct LoadBatch: Sendable {
    /// Records of one instant that are compared with each other; of more nobody says that no two have one key.
    private static let mostOfOneInstant = 16

    /// The records, and where they come from.
    private(set) var entries: [LoadEntry] = []
    /// The records alone, as a store takes them.
    private(set) var records: [AuditRecord] = []
    /// The bytes of their texts.
    private(set) var byteCount = 0
    /// The first instant of each system.
    private(set) var firsts: [Identifier: Timestamp] = [:]
    /// Whether all are in the order of time, as those of most logs are, and no two have one key.
    private(set) var isInOrder = true
    /// The first one of the last instant.
    private var lastRun = 0

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }

    init(capacity: Int = 0) {
        entries.reserveCapacity(capacity)
        records.reserveCapacity(capacity)
    }

    mutating func append(_ entry: LoadEntry) {
        let record = entry.record
        let key = record.key
        if isInOrder, let last = records.last?.key.instant { isInOrder = continues(last, with: key) }
        let first = firsts[key.systemId]
        if first.map({ key.instant < $0 }) ?? true { firsts[key.systemId] = key.instant }
        entries.append(entry)
        records.append(record)
        byteCount += entry.text.bytes?.count ?? record.byteCount
    }

    private mutating func continues(_ last: Timestamp, with key: RecordKey) -> Bool {
        guard key.instant <= last else {
            lastRun = records.count
            return true
        }
        return key.instant == last && records.count - lastRun <= Self.mostOfOneInstant
            && !records[lastRun...].contains { $0.key == key }
    }
}
