import AuditRecords

/// A date as a person writes it on the command line: an instant, or a day, month or year, which is all of the time that it
/// names. Its words and lengths count from now.
struct DateExpression: Equatable {
    /// The first instant that it names.
    let start: Timestamp
    /// The first instant after all that it names.
    let end: Timestamp

    /// What can be written, for messages and help.
    static let forms =
        "a day (2024-01-31), a month (2024-01), a year (2024), a timestamp (2024-01-31T10:00:00Z), today, yesterday, now, or "
        + "how long ago (-7d: s, m, h, d or w)"

    /// Reads a date. `now` is what `now`, `today`, `yesterday` and lengths of time count from, taken to the millisecond;
    /// `clock` is that of the place whose days, months and years are meant. Where it `mayBeLocal`, a timestamp without an
    /// offset is one of that place.
    init(_ text: String, now: Timestamp, clock: LocalTime, mayBeLocal: Bool) throws(DateExpressionError) {
        if let days = try Self.days(text, today: clock.day(at: now)) {
            start = max(clock.first(showing: days.first.start), .startOfTime)
            end = min(clock.last(showing: days.last.end), .endOfTime)
        } else {
            (start, end) = try Self.instant(text, now: now, clock: clock, mayBeLocal: mayBeLocal)
        }
    }

    /// The parameter of the HTTP interface for a range that begins with this.
    var startText: String { String(decoding: start.text, as: UTF8.self) }

    /// The parameter for a range that ends with this. There an end is inclusive, and this is the last instant.
    var endText: String {
        let last = end.advanced(bySeconds: -1, nanoseconds: 999_999_999)
        return String(decoding: last.text(fractionDigits: 9), as: UTF8.self)
    }

    /// The days of a text that names some; nil for another text.
    private static func days(
        _ text: String, today: Day
    ) throws(DateExpressionError) -> (first: Day, last: Day)? {
        if text == "today" { return (today, today) }
        if text == "yesterday" {
            let yesterday = Day(daysSince1970: today.daysSince1970 - 1)
            return (yesterday, yesterday)
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard [[4], [4, 2], [4, 2, 2]].contains(parts.map(\.utf8.count)),
            text.utf8.allSatisfy({ "0123456789-".utf8.contains($0) })
        else { return nil }
        let numbers = parts.compactMap { Int($0) }
        let month = numbers.count > 1 ? numbers[1] : nil
        let day = numbers.count > 2 ? numbers[2] : nil
        guard let year = numbers.first, let first = Day(year: year, month: month ?? 1, day: day ?? 1) else {
            throw DateExpressionError(text, "names a date that the calendar does not have")
        }
        guard day == nil else { return (first, first) }
        let (nextYear, nextMonth) = month.map { $0 == 12 ? (year + 1, 1) : (year, $0 + 1) } ?? (year + 1, 1)
        // After December 9999 there is nothing that has a date.
        let next = Day(year: nextYear, month: nextMonth, day: 1) ?? Timestamp.endOfTime.day
        return (first, Day(daysSince1970: next.daysSince1970 - 1))
    }

    private static func instant(
        _ text: String, now: Timestamp, clock: LocalTime, mayBeLocal: Bool
    ) throws(DateExpressionError) -> (start: Timestamp, end: Timestamp) {
        let millisecond: Int32 = 1_000_000
        let now = Timestamp(seconds: now.seconds, nanoseconds: now.nanoseconds / millisecond * millisecond)
        if text == "now" { return (now, now.advanced(bySeconds: 0, nanoseconds: millisecond)) }
        if let match = text.wholeMatch(of: /-([0-9]{1,9})([smhdw])/) {
            let units: [Substring: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
            let start = now.advanced(bySeconds: -(Int64(match.1) ?? 0) * (units[match.2] ?? 0))
            guard start >= .startOfTime else {
                throw DateExpressionError(text, "lies before the year 0001")
            }
            return (start, start.advanced(bySeconds: 0, nanoseconds: millisecond))
        }
        guard text.prefixMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]/) != nil else {
            throw DateExpressionError(text, "is not a date: write \(forms)")
        }
        return try timestamp(text, clock: clock, mayBeLocal: mayBeLocal)
    }

    private static func timestamp(
        _ text: String, clock: LocalTime, mayBeLocal: Bool
    ) throws(DateExpressionError) -> (start: Timestamp, end: Timestamp) {
        do throws(TimestampError) {
            let (instant, digits) = try Timestamp.parse(Array(text.utf8))
            return (instant, instant.end(fractionDigits: digits))
        } catch {
            guard error == .noOffset else { throw DateExpressionError(text, error.description) }
            guard mayBeLocal, let (shown, digits) = try? Timestamp.parse(Array("\(text)Z".utf8)) else {
                throw DateExpressionError(
                    text,
                    "has no offset from UTC: end it with Z, or with an offset such as +02:00, or give --time-zone"
                )
            }
            return (clock.first(showing: shown), clock.last(showing: shown).end(fractionDigits: digits))
        }
    }
}

/// Why a text is no date.
struct DateExpressionError: Error, Equatable, CustomStringConvertible {
    let description: String

    fileprivate init(_ text: String, _ detail: String) {
        description = "\(text.printable) \(detail)"
    }
}
