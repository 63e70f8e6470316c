internal import AuditRecords

/// What a zone's clocks show each year alike: the footer of a TZif file, which is POSIX's `TZ` (IEEE 1003.1, 8.3, with the
/// hours of RFC 8536, 3.3.1).
struct ZoneRule {
    private let standard: ZoneRules.Moment
    /// Nil: clocks are never put forward.
    private let daylight: (moment: ZoneRules.Moment, begin: ZoneRuleDate, end: ZoneRuleDate)?

    /// `CET-1CEST,M3.5.0,M10.5.0/3`; nil for another text.
    init?(_ text: ArraySlice<UInt8>) {
        var cursor = TextCursor(text)
        guard let name = cursor.zoneName(), let behind = cursor.duration() else { return nil }
        standard = ZoneRules.Moment(offset: -behind, abbreviation: name)
        guard !cursor.isAtEnd else {
            daylight = nil
            return
        }
        guard let name = cursor.zoneName() else { return nil }
        var offset = 3600 - behind
        if cursor.rest.first != UInt8(ascii: ",") {
            guard let behind = cursor.duration() else { return nil }
            offset = -behind
        }
        guard cursor.accept(","), let begin = ZoneRuleDate(&cursor), cursor.accept(","),
            let end = ZoneRuleDate(&cursor), cursor.isAtEnd
        else { return nil }
        daylight = (ZoneRules.Moment(offset: offset, abbreviation: name), begin, end)
    }

    /// What clocks show within some instants: spans in order, of which the first may have begun long before.
    func spans(around window: ClosedRange<Int64>) -> [ZoneRules.Span] {
        guard let daylight else { return [] }
        let years = (year(window.lowerBound) - 1)...(year(window.upperBound) + 1)
        var spans: [ZoneRules.Span] = []
        for year in years {
            // Where both are at once, it is the other time that goes on: a zone may have one of them all year.
            if let end = daylight.end.localSeconds(year: year) {
                spans.append(ZoneRules.Span(start: end - daylight.moment.offset, moment: standard))
            }
            if let begin = daylight.begin.localSeconds(year: year) {
                spans.append(ZoneRules.Span(start: begin - standard.offset, moment: daylight.moment))
            }
        }
        let order = spans.indices.sorted { (spans[$0].start, $0) < (spans[$1].start, $1) }
        return order.map { spans[$0] }
    }

    private func year(_ seconds: Int64) -> Int { Timestamp(seconds: seconds).day.date.year }
}

/// A time that is each year.
struct ZoneRuleDate {
    private enum Form {
        /// From 1 to 365; 29 February is not counted.
        case ordinal(Int)
        /// From 0 to 365; 29 February is counted.
        case offset(Int)
        /// A weekday of a month; the week 5 is the last that has it.
        case weekday(Int, week: Int, month: Int)
    }

    private let form: Form
    /// Seconds behind the day's first hour.
    private let seconds: Int64

    init?(_ cursor: inout TextCursor) {
        if cursor.accept("M") {
            guard let month = cursor.decimal(1...12), cursor.accept("."), let week = cursor.decimal(1...5),
                cursor.accept("."), let weekday = cursor.decimal(0...6)
            else { return nil }
            form = .weekday(weekday, week: week, month: month)
        } else if cursor.accept("J") {
            guard let ordinal = cursor.decimal(1...365) else { return nil }
            form = .ordinal(ordinal)
        } else {
            guard let offset = cursor.decimal(0...365) else { return nil }
            form = .offset(offset)
        }
        guard cursor.accept("/") else {
            seconds = 7200
            return
        }
        guard let duration = cursor.duration() else { return nil }
        seconds = duration
    }

    /// When it is, on a clock of the zone; nil where the calendar does not have the year.
    func localSeconds(year: Int) -> Int64? {
        guard let first = Day(year: year, month: 1, day: 1)?.daysSince1970 else { return nil }
        let day: Int
        switch form {
        case .offset(let offset): day = first + offset
        case .ordinal(let ordinal):
            let hasLeapDay = Day(year: year, month: 2, day: 29) != nil
            day = first + ordinal - (hasLeapDay && ordinal >= 60 ? 0 : 1)
        case .weekday(let weekday, let week, let month):
            guard let begin = Day(year: year, month: month, day: 1)?.daysSince1970 else { return nil }
            // 1970 began on a Thursday.
            let beginWeekday = ((begin + 4) % 7 + 7) % 7
            let first = 1 + (weekday - beginWeekday + 7) % 7
            let dates = (0..<week).reversed().map { first + 7 * $0 }
            guard let date = dates.first(where: { Day(year: year, month: month, day: $0) != nil }) else {
                return nil
            }
            day = begin + date - 1
        }
        return Int64(day) * 86_400 + seconds
    }
}

extension TextCursor {
    /// Passes `CET` or `<+0330>`.
    fileprivate mutating func zoneName() -> [UInt8]? {
        if accept("<") { return passThrough(">").map(Array.init) }
        let name = pass(while: \.isLetter)
        return name.isEmpty ? nil : Array(name)
    }

    /// Passes hours, minutes and seconds, as `-1`, `+3:30` or `5:45:30`: in seconds.
    fileprivate mutating func duration() -> Int64? {
        let isNegative = rest.first == UInt8(ascii: "-")
        if !accept("-") { _ = accept("+") }
        guard let hours = decimal(0...167) else { return nil }
        var seconds = hours * 3600
        for unit in [60, 1] {
            guard accept(":") else { break }
            guard let number = decimal(0...59) else { return nil }
            seconds += number * unit
        }
        return Int64(isNegative ? -seconds : seconds)
    }

    /// Passes a number of few digits.
    fileprivate mutating func decimal(_ range: ClosedRange<Int>) -> Int? {
        let digits = pass(while: \.isDigit)
        guard (1...3).contains(digits.count) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + $1.digitValue }
        return range.contains(number) ? number : nil
    }
}
