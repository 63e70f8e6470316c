internal import AuditRecords

/// What a clock and a calendar show, wherever they hang.
struct LocalTime {
    /// Whole seconds since they showed 1970-01-01 00:00:00.
    let seconds: Int64
    /// Nanoseconds after them.
    let nanoseconds: Int32

    /// The time of a date.
    ///
    /// - Parameters:
    ///   - date: year, month and day.
    ///   - hour: hour, minute and second of the day.
    ///   - fraction: digits of the second's fraction; those after the ninth are cut off.
    /// - Throws: that the calendar or the day has no such time. A leap second is none.
    init(
        date: (year: Int, month: Int, day: Int), hour: (hour: Int, minute: Int, second: Int),
        fraction: ArraySlice<UInt8> = []
    ) throws(EventFault) {
        guard let day = Day(year: date.year, month: date.month, day: date.day), hour.hour < 24,
            hour.minute < 60, hour.second < 60
        else { throw .refused("no such time") }
        seconds = day.start.seconds + Int64(hour.hour * 3600 + hour.minute * 60 + hour.second)
        var nanoseconds: Int32 = 0
        for index in 0..<9 {
            let digit = index < fraction.count ? fraction[fraction.startIndex + index].digitValue : 0
            nanoseconds = nanoseconds * 10 + Int32(digit)
        }
        self.nanoseconds = nanoseconds
    }

    /// The time at a place whose clock is so many seconds ahead of UTC.
    func instant(offset: Int64) throws(EventFault) -> Timestamp {
        try Timestamp(seconds: seconds - offset, nanoseconds: nanoseconds).checked()
    }
}

extension TextCursor {
    /// Passes `2024-01-31`, the byte that may stand behind it, and the time; nil where they are not next.
    mutating func localTime(
        separators: StaticString, fractionMarks: StaticString
    ) throws(EventFault) -> LocalTime? {
        guard let year = number(digits: 4), accept("-"), let month = number(digits: 2), accept("-"),
            let day = number(digits: 2), acceptAny(of: separators), let hour = clockTime()
        else { return nil }
        guard let fraction = fraction(marks: fractionMarks) else { return nil }
        return try LocalTime(date: (year, month, day), hour: hour, fraction: fraction)
    }

    /// Passes what has the form of a local time, with a T or a blank in it, be there such a time or not.
    mutating func localTimeForm() -> Bool {
        guard number(digits: 4) != nil, accept("-"), number(digits: 2) != nil, accept("-"),
            number(digits: 2) != nil, acceptAny(of: "T "), clockTime() != nil
        else { return false }
        return fraction(marks: ".,") != nil
    }

    /// Passes `10:00:59`.
    mutating func clockTime() -> (hour: Int, minute: Int, second: Int)? {
        guard let hour = number(digits: 2), accept(":"), let minute = number(digits: 2), accept(":"),
            let second = number(digits: 2)
        else { return nil }
        return (hour, minute, second)
    }

    /// Passes one of the marks, and the digits behind it, of which there must be one; without a mark there are none.
    mutating func fraction(marks: StaticString) -> ArraySlice<UInt8>? {
        guard acceptAny(of: marks) else { return [] }
        let digits = pass(while: \.isDigit)
        return digits.isEmpty ? nil : digits
    }

    /// Passes one of some bytes.
    private mutating func acceptAny(of allowed: StaticString) -> Bool {
        guard let byte = rest.first, allowed.withUTF8Buffer({ $0.contains(byte) }) else { return false }
        return accept(Unicode.Scalar(byte))
    }
}
