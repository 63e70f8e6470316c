/// What makes two questions the same, as text:
/// `query_{userId}_{startDate}_{endDate}_{systemId}_{resourceId}`, then what else shapes the answer. Every
/// part is escaped, so no two questions share a key.
struct CacheKey: Hashable {
    // All ASCII, so that String's equality is that of the bytes.
    let text: String

    init(_ question: Question, policy: Policy) {
        var parts: [[UInt8]]
        switch question {
        case .records(let query):
            parts = [Array("query".utf8), query.userId?.bytes ?? []]
            parts += [Self.text(query.stated.start), Self.text(query.stated.end)]
            parts += [query.systemId?.bytes ?? [], query.resourceId?.bytes ?? []]
            parts += [Array(String(query.limit).utf8), Array(query.order.rawValue.utf8)]
            if let after = query.after {
                // A later page is asked with the first page's range, which is not always what was stated.
                parts += [Self.text(query.range.start), Self.text(query.range.end)]
                parts += [after.timestamp, after.auditId.bytes, after.systemId.bytes]
            }
        case .record(let key): parts = [Array("record".utf8), key.id]
        case .batch(let ids): parts = [Array("batch".utf8)] + ids
        }
        parts.append(policy.fingerprint)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "_")) }
            for byte in part { bytes.append(escaped: byte) }
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    private static func text(_ instant: Timestamp?) -> [UInt8] {
        // The end of time would be written as the year 0.
        guard let instant, instant != .endOfTime else { return instant == nil ? [] : Array("end".utf8) }
        return instant.text(fractionDigits: 9)
    }
}

extension [UInt8] {
    /// Letters, digits and a few marks stand for themselves; `_`, which separates, `%` and all else become
    /// `%5F`.
    fileprivate mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"):
            append(byte)
        default:
            append(UInt8(ascii: "%"))
            append(Self.digit(byte >> 4))
            append(Self.digit(byte & 15))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
