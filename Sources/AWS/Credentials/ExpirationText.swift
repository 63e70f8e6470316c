internal import struct FoundationEssentials.Date

/// The form in which services and commands say when credentials end: ISO 8601, in its extended form
/// (`2099-01-01T00:00:00Z`) or its basic one (`20990101T000000Z`), perhaps with fractions of a second, and with a
/// zone.
enum ExpirationText {
    /// The time of a text; nil when it is of neither form, has no zone, or more stands behind it.
    static func date(_ text: String) -> Date? {
        var rest = text.utf8[...]
        guard let year = number(&rest, 4) else { return nil }
        let isExtended = skip(&rest, "-")
        guard let month = number(&rest, 2), skip(&rest, "-") == isExtended, let day = number(&rest, 2),
            let days = days(year, month, day), skip(&rest, "T"),
            let seconds = timeOfDay(&rest, isExtended), let offset = zone(&rest), rest.isEmpty
        else { return nil }
        return Date(timeIntervalSince1970: Double(days * 86_400 - offset) + seconds)
    }

    /// Seconds since midnight.
    private static func timeOfDay(_ rest: inout Substring.UTF8View, _ isExtended: Bool) -> Double? {
        guard let hour = number(&rest, 2), hour < 24, skip(&rest, ":") == isExtended,
            let minute = number(&rest, 2), minute < 60, skip(&rest, ":") == isExtended,
            let second = number(&rest, 2), second <= 60
        else { return nil }
        let seconds = Double(hour * 3600 + minute * 60 + second)
        guard skip(&rest, ".") || skip(&rest, ",") else { return seconds }
        let digits = rest.prefix { isDigit($0) }
        rest = rest[digits.endIndex...]
        return Double("0.\(Substring(digits))").flatMap { digits.isEmpty ? nil : seconds + $0 }
    }

    /// Seconds that the zone is ahead of UTC: `Z`, `+02`, `+0200` or `+02:00`.
    private static func zone(_ rest: inout Substring.UTF8View) -> Int? {
        if skip(&rest, "Z") { return 0 }
        let isAhead = skip(&rest, "+")
        guard isAhead || skip(&rest, "-"), let hours = number(&rest, 2), hours < 24 else { return nil }
        var minutes = 0
        if !rest.isEmpty {
            _ = skip(&rest, ":")
            guard let number = number(&rest, 2), number < 60 else { return nil }
            minutes = number
        }
        return (isAhead ? 1 : -1) * (hours * 3600 + minutes * 60)
    }

    /// Days since 1970-01-01 of a date of the Gregorian calendar; nil when there is no such day.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard year > 0, (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
        let years = year - 1
        let before = years * 365 + years / 4 - years / 100 + years / 400
        return before + lengths[..<(month - 1)].reduce(0, +) + day - 1 - 719_162
    }

    private static func number(_ rest: inout Substring.UTF8View, _ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Whether the rest began with a character, which is taken off.
    private static func skip(_ rest: inout Substring.UTF8View, _ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
