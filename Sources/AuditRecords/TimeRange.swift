/// What part of time is searched: from `start` on, before `end`. A nil side is open.
package struct TimeRange: Hashable, Sendable {
    /// The first instant searched.
    package let start: Timestamp?
    /// The first instant after what is searched.
    package let end: Timestamp?

    /// A half-open range.
    package init(start: Timestamp?, end: Timestamp?) {
        self.start = start
        self.end = end
    }

    /// Whether an instant is in the range.
    package func contains(_ instant: Timestamp) -> Bool {
        (start.map { $0 <= instant } ?? true) && (end.map { instant < $0 } ?? true)
    }

    /// What this range and another have in common.
    package func intersection(_ other: TimeRange) -> TimeRange {
        TimeRange(
            start: [start, other.start].compactMap { $0 }.max(),
            end: [end, other.end].compactMap { $0 }.min())
    }
}

extension Day {
    /// The whole day.
    package var range: TimeRange { TimeRange(start: start, end: end == .endOfTime ? nil : end) }
}
