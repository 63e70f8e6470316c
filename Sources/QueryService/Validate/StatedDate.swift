internal import AuditRecords

/// A date as a client states it: a whole UTC day, or an instant with a precision. As an end it is inclusive:
/// the whole day, second or fraction that it names belongs to the range.
struct StatedDate: Equatable {
    /// The first instant that it names.
    let start: Timestamp
    /// The first instant after all that it names.
    let end: Timestamp

    /// Reads `2024-01-31`, or RFC 3339 with an offset.
    init(_ text: [UInt8]) throws(TimestampError) {
        guard text.count != 10 else {
            let day = try Day.parse(text)
            start = day.start
            end = day.end
            return
        }
        let (instant, digits) = try Timestamp.parse(text)
        start = instant
        end = instant.end(fractionDigits: digits)
    }
}
