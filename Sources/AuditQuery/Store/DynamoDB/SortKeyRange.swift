/// Which sort keys to read so that no record of a range of time is missed, whatever the number of its
/// timestamp's fraction digits: wide bounds, whose surplus is left out after reading.
///
/// As bytes, `10:00:00.5Z` sorts before `10:00:00Z`, for `.` comes before `Z`. But seconds sort as they should,
/// for their text has a fixed width, and every spelling of an instant from `t` on sorts after `t` with nine
/// digits and without its `Z`.
struct SortKeyRange: Equatable {
    /// Nil where nothing bounds it. No record's key is equal to either.
    let lower: [UInt8]?
    let upper: [UInt8]?

    init(_ read: RangeRead) {
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
        lower = start.map { Array($0.text(fractionDigits: 9).dropLast()) }
        self.upper = upper
    }

    /// Whether no key can lie in it: DynamoDB refuses bounds in the wrong order.
    var isEmpty: Bool {
        guard let lower, let upper else { return false }
        return upper.lexicographicallyPrecedes(lower)
    }

    private static func end(before instant: Timestamp) -> [UInt8] {
        instant.nanoseconds == 0 ? second(of: instant) : endOfSecond(of: instant)
    }

    /// Past `10:00:00Z#…`, the last keys of a second.
    private static func endOfSecond(of instant: Timestamp) -> [UInt8] {
        second(of: instant) + [UInt8(ascii: "Z") + 1]
    }

    private static func second(of instant: Timestamp) -> [UInt8] {
        instant.text(fractionDigits: 0).dropLast()
    }
}
