/// How long the groups are that time is cut into.
package enum TimeUnit: String, Hashable, Sendable, CaseIterable, Comparable {
    /// In UTC, as all of them.
    case hour
    /// From midnight to midnight.
    case day
    /// Of the calendar.
    case month

    /// Whether `left` is the longer one, which groups are ordered by first.
    package static func < (left: TimeUnit, right: TimeUnit) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .month: 0
        case .day: 1
        case .hour: 2
        }
    }

    /// How much of `2024-01-31T10:00:00Z` names one.
    fileprivate var characterCount: Int {
        switch self {
        case .month: 7
        case .day: 10
        case .hour: 13
        }
    }
}

/// An hour, a day or a month of UTC.
package struct TimeBucket: Hashable, Sendable, Comparable {
    /// Which of the three.
    package let unit: TimeUnit
    /// Hours or days since 1970, or months since the beginning of the year 0.
    private let number: Int

    private init(_ unit: TimeUnit, number: Int) {
        (self.unit, self.number) = (unit, number)
    }

    /// The one that an instant is in.
    package init(_ unit: TimeUnit, of instant: Timestamp) {
        self.unit = unit
        switch unit {
        // Shifts and divisions of what lies before 1970 are to round down.
        case .hour: number = Int((instant.seconds - (instant.seconds < 0 ? 3599 : 0)) / 3600)
        case .day: number = instant.day.daysSince1970
        case .month:
            let date = instant.day.date
            number = date.year * 12 + date.month - 1
        }
    }

    /// Reads what ``text`` writes; nil for all else.
    package init?(_ unit: TimeUnit, _ text: [UInt8]) {
        guard text.count == unit.characterCount else { return nil }
        let whole = text + Array("0000-01-01T00:00:00Z".utf8)[text.count...]
        guard let instant = try? Timestamp.parse(whole).instant else { return nil }
        self.init(unit, of: instant)
    }

    /// `2024-01`, `2024-01-31` or `2024-01-31T10`.
    package var text: [UInt8] { Array(start.text(fractionDigits: 0).prefix(unit.characterCount)) }

    /// Its first instant.
    package var start: Timestamp {
        switch unit {
        case .hour: Timestamp(seconds: Int64(number) * 3600)
        case .day: Day(daysSince1970: number).start
        case .month:
            // Nothing is before the year 1, and what begins after the year 9999 begins at the end of time.
            Day(year: number / 12, month: number % 12 + 1, day: 1)?.start ?? .endOfTime
        }
    }

    /// The one after it.
    package var next: TimeBucket { TimeBucket(unit, number: number + 1) }

    /// How many later another one of its unit is.
    package func distance(to other: TimeBucket) -> Int { other.number - number }

    /// The order of time, among those of one unit.
    package static func < (left: TimeBucket, right: TimeBucket) -> Bool { left.number < right.number }
}
