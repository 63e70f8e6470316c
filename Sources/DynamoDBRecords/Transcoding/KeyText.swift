internal import AuditRecords

/// The partition key of the table: `<systemId>#<yyyy-MM-dd>`, and `<systemId>#<yyyy-MM-dd>#<shard>` where a day is spread over several.
///
/// No key is both: the last but two of the first is a '-', and of the second a '#', or a digit of the day.
enum SystemDay {
    private static let dayByteCount = 10
    /// '#' and a number of two digits at most.
    static let mostShardBytes = 3

    /// The system, the day and the shard of a partition key. Read from its end, for a system's id may hold a '#'.
    static func parse(_ text: ArraySlice<UInt8>) throws(KeyFault) -> (
        systemId: Identifier, day: Day, shard: Int?
    ) {
        if let (systemId, day) = systemAndDay(text) { return (try named(systemId), day, nil) }
        guard let mark = text.lastIndex(of: UInt8(ascii: "#")), let shard = shard(text[(mark + 1)...]),
            let (systemId, day) = systemAndDay(text[..<mark])
        else { throw KeyFault("does not end with '#' and a day") }
        return (try named(systemId), day, shard)
    }

    private static func systemAndDay(_ text: ArraySlice<UInt8>) -> (systemId: ArraySlice<UInt8>, day: Day)? {
        let end = text.endIndex - dayByteCount - 1
        guard end >= text.startIndex, text[end] == UInt8(ascii: "#"),
            let day = try? Day.parse(text[(end + 1)...])
        else { return nil }
        return (text[..<end], day)
    }

    private static func named(_ systemId: ArraySlice<UInt8>) throws(KeyFault) -> Identifier {
        guard !systemId.isEmpty else { throw KeyFault("names no system") }
        return Identifier(systemId)
    }

    /// A number as it is written: of one digit or two, without a zero before it.
    private static func shard(_ text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first, text.count < mostShardBytes,
            text.count == 1 || first != UInt8(ascii: "0"),
            text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return text.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
    }

    /// The partition key of a record in a shard of its day, or in a day that is not spread.
    static func text(_ key: RecordKey, shard: Int? = nil) -> [UInt8] {
        text(key.systemId, key.instant.day, shard: shard)
    }

    /// The partition key of a system's day, or of a shard of it.
    static func text(_ systemId: Identifier, _ day: Day, shard: Int? = nil) -> [UInt8] {
        let text = systemId.bytes + [UInt8(ascii: "#")] + text(of: day)
        return shard.map { text + [UInt8(ascii: "#")] + Array("\($0)".utf8) } ?? text
    }

    /// `yyyy-MM-dd`
    static func text(of day: Day) -> [UInt8] { Array(day.start.text(fractionDigits: 0).prefix(dayByteCount)) }
}

/// The sort key of the table and of both indexes: `<timestamp>#<auditId>`.
struct SortKey {
    let timestamp: [UInt8]
    let auditId: Identifier

    /// Read from its start, for an auditId may hold a '#' and a timestamp has none.
    init(_ text: ArraySlice<UInt8>) throws(KeyFault) {
        guard let separator = text.firstIndex(of: UInt8(ascii: "#")) else {
            throw KeyFault("has no '#'")
        }
        timestamp = Array(text[..<separator])
        auditId = Identifier(text[(separator + 1)...])
        // The place between two instants is a key without one.
        guard !auditId.bytes.isEmpty else { throw KeyFault("has nothing behind its '#'") }
    }

    /// The instant of a sort key's timestamp.
    ///
    /// - Throws: where it is none, or its text does not sort as UTC does, so that neither pages nor bounds would
    ///   find its record where it belongs.
    static func instant(_ timestamp: [UInt8]) throws(KeyFault) -> Timestamp {
        let instant: Timestamp
        do throws(TimestampError) {
            instant = try Timestamp.parse(timestamp).instant
        } catch {
            throw KeyFault("begins with a time that \(error)")
        }
        guard timestamp[dateByteCount] == UInt8(ascii: "T") else {
            throw KeyFault("has a small t between date and time, which does not sort as T does")
        }
        let isUTC =
            timestamp[timestamp.count - 1] | 0x20 == UInt8(ascii: "z")
            || timestamp[(timestamp.count - 5)...].elementsEqual("00:00".utf8)
        guard isUTC else {
            throw KeyFault("begins with a time that is not in UTC, and does not sort as it should")
        }
        return instant
    }

    private static let dateByteCount = 10

    /// The sort key of a record.
    static func text(_ key: RecordKey) -> [UInt8] {
        key.timestamp + [UInt8(ascii: "#")] + key.auditId.bytes
    }
}
