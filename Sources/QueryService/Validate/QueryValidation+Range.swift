internal import AuditRecords
internal import AuditStores

extension QueryValidation {
    /// What is searched for the dates that were stated.
    func searchedRange(
        _ query: RecordQuery, _ span: SearchSpan?, _ reader: inout ParameterReader
    ) -> TimeRange {
        let stated = query.stated
        if let start = stated.start, let end = stated.end, end <= start {
            reader.report("endDate", "lies before startDate")
        }
        // Nothing more is said of dates that could not be read.
        let areDatesRead =
            reader.has("startDate") == (stated.start != nil) && reader.has("endDate") == (stated.end != nil)
        let range = areDatesRead ? span.map { boundedRange(stated, $0, &reader) } ?? stated : stated
        // Nothing is later than the year 9999.
        return TimeRange(start: range.start, end: range.end == .endOfTime ? nil : range.end)
    }

    private func boundedRange(
        _ stated: TimeRange, _ span: SearchSpan, _ reader: inout ParameterReader
    ) -> TimeRange {
        let day: Int64 = 86_400
        let now = nextMillisecond
        if let start = stated.start, stated.end == nil, start >= now {
            reader.report("startDate", "lies in the future: give an endDate with it")
        }
        let end = stated.end ?? now
        let start = stated.start ?? end.advanced(bySeconds: -Int64(span.usualDays) * day)
        if boundsSpan, end > start.advanced(bySeconds: Int64(span.mostDays) * day) {
            reader.report(
                stated.start == nil ? "endDate" : "startDate",
                "is more than \(span.mostDays) days before the end of the range: \(span.name) allows no more; "
                    + "give a later startDate or an earlier endDate, or add \(span.others)")
        }
        return TimeRange(start: max(start, .startOfTime), end: end)
    }

    /// The next full millisecond, so that a record of this very one is in a range that ends now.
    var nextMillisecond: Timestamp {
        Timestamp(seconds: now.seconds, nanoseconds: now.nanoseconds / 1_000_000 * 1_000_000)
            .advanced(bySeconds: 0, nanoseconds: 1_000_000)
    }
}
