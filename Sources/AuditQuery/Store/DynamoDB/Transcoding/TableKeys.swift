/// The partition key of the table: `<systemId>#<yyyy-MM-dd>`.
enum SystemDay {
    private static let dayByteCount = 10

    /// The system of a partition key. Read from its end, for a system's id may hold a '#'.
    static func systemId(_ text: [UInt8]) throws(KeyFault) -> Identifier {
        let end = text.count - dayByteCount - 1
        guard end >= 0, text[end] == UInt8(ascii: "#"),
            (try? Day.parse(Array(text[(end + 1)...]))) != nil
        else { throw KeyFault("does not end with '#' and a day") }
        return Identifier(text[..<end])
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
    }

    /// The sort key of a record.
    static func text(_ key: RecordKey) -> [UInt8] {
        key.timestamp + [UInt8(ascii: "#")] + key.auditId.bytes
    }
}
