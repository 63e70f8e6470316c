/// Why a text is no instant.
public enum TimestampError: Error, Equatable, CustomStringConvertible {
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
    public var description: String {
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
