package import AuditRecords
package import AuditStores

/// What a store must answer, found the simplest way: look at every record, then sort. Shares no code with what it
/// checks but the types.
package struct RecordModel {
    private(set) var records: [RecordKey: AuditRecord] = [:]
    private var ascending: [AuditRecord] = []

    package mutating func put(_ added: [AuditRecord]) {
        for record in added { records[record.key] = record }
        ascending = records.values.sorted { Self.precedes($0.key, $1.key) }
    }

    package mutating func remove(_ key: RecordKey) {
        records[key] = nil
        ascending.removeAll { $0.key == key }
    }

    package func matching(_ query: RecordQuery, scope: SystemScope) -> [AuditRecord] {
        let patterns = scope.patterns.map { Array($0.utf8) }
        let found = ascending.filter { record in
            let system = record.key.systemId.bytes
            return (query.userId == nil || query.userId?.bytes == record.userId.bytes)
                && (query.systemId == nil || query.systemId?.bytes == system)
                && (query.resourceId == nil || query.resourceId?.bytes == record.resourceId.bytes)
                && patterns.contains { pattern in
                    pattern.last == 0x2A ? system.starts(with: pattern.dropLast()) : system == pattern
                }
                && Self.isIn(query.range, record.key.instant)
                && query.filter.map { Vocabulary.passes(record, $0) } ?? true
                && query.search.map { Vocabulary.passes(record, $0) } ?? true
        }
        return query.order == .ascending ? found : found.reversed()
    }

    package static func isIn(_ range: TimeRange, _ instant: Timestamp) -> Bool {
        let time = number(instant)
        return (range.start.map { number($0) <= time } ?? true)
            && (range.end.map { time < number($0) } ?? true)
    }

    /// Instant, then the bytes of auditId, then those of systemId, then the spelling of the timestamp.
    package static func precedes(_ left: RecordKey, _ right: RecordKey) -> Bool {
        let (leftTime, rightTime) = (number(left.instant), number(right.instant))
        guard leftTime == rightTime else { return leftTime < rightTime }
        guard left.auditId.bytes == right.auditId.bytes else {
            return left.auditId.bytes.lexicographicallyPrecedes(right.auditId.bytes)
        }
        guard left.systemId.bytes == right.systemId.bytes else {
            return left.systemId.bytes.lexicographicallyPrecedes(right.systemId.bytes)
        }
        return left.timestamp.lexicographicallyPrecedes(right.timestamp)
    }

    private static func number(_ instant: Timestamp) -> Int128 {
        Int128(instant.seconds) * 1_000_000_000 + Int128(instant.nanoseconds)
    }
}
