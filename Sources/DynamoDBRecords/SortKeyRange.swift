internal import AuditStores
internal import AuditRecords

/// Which sort keys to read so that no record of a range of time is missed, whatever the number of its
/// timestamp's fraction digits: wide bounds, whose surplus is left out after reading.
///
/// As bytes, `10:00:00.5Z` sorts before `10:00:00Z`, for `.` comes before `Z`. But seconds sort as they should,
/// for their text has a fixed width. What may follow the digits of a fraction, or of a second without one, is `+00:00`,
/// `-00:00`, `Z` or `z`, of which `+` sorts first and `z` last. So every spelling of an instant from `t` on sorts after
/// `t` without zeros at its end and with a `+`, and every one of a second before that second with a `{`.
struct SortKeyRange: Equatable {
    /// Nil where nothing bounds it. No record's key is equal to either.
    let lower: [UInt8]?
    let upper: [UInt8]?

    init(_ read: PartitionRead) {
        var start = read.range.start
        var upper = read.range.end.flatMap { $0 < .endOfTime ? Self.end(before: $0) : nil }
        if let after = read.after {
            switch read.order {
            case .ascending: start = max(start ?? after.instant, after.instant)
            case .descending:
                let place =
                    after.auditId.bytes.isEmpty
                    ? Self.end(before: after.instant) : Self.endOfSecond(of: after.instant)
                upper = upper.map { $0.lexicographicallyPrecedes(place) ? $0 : place } ?? place
            }
        }
        lower = start.map(Self.start)
        self.upper = upper
    }

    /// Whether no key can lie in it: DynamoDB refuses bounds in the wrong order.
    var isEmpty: Bool {
        guard let lower, let upper else { return false }
        return upper.lexicographicallyPrecedes(lower)
    }

    private static func start(_ instant: Timestamp) -> [UInt8] {
        var text: [UInt8]
        if instant.nanoseconds == 0 {
            text = second(of: instant)
        } else {
            text = instant.text(fractionDigits: 9).dropLast()
            while text.last == UInt8(ascii: "0") { text.removeLast() }
        }
        return text + [UInt8(ascii: "+")]
    }

    private static func end(before instant: Timestamp) -> [UInt8] {
        instant.nanoseconds == 0 ? second(of: instant) : endOfSecond(of: instant)
    }

    /// Past `10:00:00z#…`, the last keys of a second.
    private static func endOfSecond(of instant: Timestamp) -> [UInt8] {
        second(of: instant) + [UInt8(ascii: "z") + 1]
    }

    private static func second(of instant: Timestamp) -> [UInt8] {
        instant.text(fractionDigits: 0).dropLast()
    }
}
