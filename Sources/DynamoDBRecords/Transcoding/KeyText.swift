internal import AuditRecords

/// The partition key of the table: `<systemId>#<yyyy-MM-dd>`.
enum SystemDay {
    private static let dayByteCount = 10

    /// The system and the day of a partition key. Read from its end, for a system's id may hold a '#'.
    static func parse(_ text: [UInt8]) throws(KeyFault) -> (systemId: Identifier, day: Day) {
        let end = text.count - dayByteCount - 1
        guard end >= 0, text[end] == UInt8(ascii: "#"),
            let day = try? Day.parse(Array(text[(end + 1)...]))
        else { throw KeyFault("does not end with '#' and a day") }
        guard end > 0 else { throw KeyFault("names no system") }
        return (Identifier(text[..<end]), day)
    }

    /// The partition key of a record.
    static func text(_ key: RecordKey) -> [UInt8] { text(key.systemId, key.instant.day) }

    /// The partition key of a system's day.
    static func text(_ systemId: Identifier, _ day: Day) -> [UInt8] {
        systemId.bytes + [UInt8(ascii: "#")] + day.start.text(fractionDigits: 0).prefix(dayByteCount)
    }
}

/// The sort key of the table and of both indexes: `<timestamp>#<auditId>`.
struct SortKey {
    let timestamp: [UInt8]
    let auditId: Identifier

    /// Read from its start, for an auditId may hold a '#' and a timestamp has none.
    init(_ text: [UInt8]) throws(KeyFault) {
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
