/// An instant of UTC to the nanosecond, within the years 0001 to 9999.
@usableFromInline package struct Timestamp: Hashable, Comparable, Sendable {
    /// Whole seconds since 1970-01-01T00:00:00Z.
    @usableFromInline package let seconds: Int64
    /// Nanoseconds after them, 0 to 999,999,999.
    @usableFromInline package let nanoseconds: Int32

    /// An instant by its seconds since 1970 and the nanoseconds after them, 0 to 999,999,999.
    package init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The order of time.
    @usableFromInline package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The UTC day that this instant is in.
    package var day: Day {
        // Division truncates towards zero; the day before 1970 is -1.
        Day(daysSince1970: Int((seconds >= 0 ? seconds : seconds - 86_399) / 86_400))
    }

    /// This instant a while later (or earlier, for a negative time).
    package func advanced(bySeconds seconds: Int64, nanoseconds: Int32 = 0) -> Timestamp {
        let sum = Int64(self.nanoseconds) + Int64(nanoseconds)
        let carry = sum >= 1_000_000_000 ? 1 : 0 as Int64
        return Timestamp(
            seconds: self.seconds + seconds + carry, nanoseconds: Int32(sum - carry * 1_000_000_000))
    }

    /// The end of the second, or of the part of one, that this instant names with so many fraction digits.
    package func end(fractionDigits digits: Int) -> Timestamp {
        guard digits > 0 else { return advanced(bySeconds: 1) }
        var unit: Int32 = 1
        for _ in digits..<9 { unit *= 10 }
        return advanced(bySeconds: 0, nanoseconds: unit)
    }

    /// The first instant after the year 9999, which RFC 3339 can no longer write. A range that would end here
    /// has no end instead.
    package static let endOfTime = Timestamp(seconds: 253_402_300_800)
    /// The first instant of the year 0001.
    package static let startOfTime = Timestamp(seconds: -62_135_596_800)
}

/// Why a text is no instant.
package enum TimestampError: Error, Equatable, CustomStringConvertible {
    /// Not the form of RFC 3339.
    case wrongForm
    /// No `Z` or `+02:00` at the end.
    case noOffset
    /// A date that the calendar has not.
    case noSuchDate
    /// An hour, minute, second or offset out of range.
    case noSuchTime
    /// More than nine fraction digits.
    case tooPrecise
    /// The second 60.
    case leapSecond
    /// Before the year 0001 or after 9999, in UTC.
    case outOfRange

    /// What is wrong and what to write instead.
    package var description: String {
        switch self {
        case .wrongForm: "is not an RFC 3339 timestamp such as 2024-01-31T10:00:00Z"
        case .noOffset: "has no offset from UTC: end it with Z, or with an offset such as +02:00"
        case .noSuchDate: "names a date that the calendar does not have"
        case .noSuchTime: "names a time that does not exist"
        case .tooPrecise: "has more than 9 fraction digits"
        case .leapSecond: "names a leap second: write 59 for the second"
        case .outOfRange: "is outside the years 0001 to 9999 of UTC"
        }
    }
}
