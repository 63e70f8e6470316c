// swift-format-ignore-file: NeverForceUnwrap

import QueryService
import TestSupport
import Testing

@testable import audit_query
@testable import AuditRecords

@Suite struct DateExpressionTests {
    /// Wednesday, 31 January 2024, 23:30 in Berlin.
    private let now = Timestamp(seconds: 1_706_740_200, nanoseconds: 123_456_789)

    private func span(_ text: String, _ zone: String? = nil) throws(DateExpressionError) -> String {
        let date = try DateExpression(
            text, now: now, clock: zone.flatMap { LocalTime($0) } ?? .utc, mayBeLocal: zone != nil)
        return "\(date.startText) \(String(decoding: date.end.text, as: UTF8.self))"
    }

    @Test(arguments: [
        ("2024-01-31", "2024-01-31T00:00:00.000Z 2024-02-01T00:00:00.000Z"),
        ("2024-02", "2024-02-01T00:00:00.000Z 2024-03-01T00:00:00.000Z"),
        ("2024-12", "2024-12-01T00:00:00.000Z 2025-01-01T00:00:00.000Z"),
        ("2024", "2024-01-01T00:00:00.000Z 2025-01-01T00:00:00.000Z"),
        ("today", "2024-01-31T00:00:00.000Z 2024-02-01T00:00:00.000Z"),
        ("yesterday", "2024-01-30T00:00:00.000Z 2024-01-31T00:00:00.000Z"),
        ("now", "2024-01-31T22:30:00.123Z 2024-01-31T22:30:00.124Z"),
        ("-90s", "2024-01-31T22:28:30.123Z 2024-01-31T22:28:30.124Z"),
        ("-5m", "2024-01-31T22:25:00.123Z 2024-01-31T22:25:00.124Z"),
        ("-24h", "2024-01-30T22:30:00.123Z 2024-01-30T22:30:00.124Z"),
        ("-7d", "2024-01-24T22:30:00.123Z 2024-01-24T22:30:00.124Z"),
        ("-2w", "2024-01-17T22:30:00.123Z 2024-01-17T22:30:00.124Z"),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00.000Z 2024-01-31T10:00:01.000Z"),
        ("2024-01-31T10:00:00.5+02:00", "2024-01-31T08:00:00.500Z 2024-01-31T08:00:00.600Z"),
    ])
    func `dates of UTC`(_ text: String, _ expected: String) throws {
        #expect(try span(text) == expected)
    }

    @Test(arguments: [
        ("2024-01-31", "Europe/Berlin", "2024-01-30T23:00:00.000Z 2024-01-31T23:00:00.000Z"),
        ("today", "Asia/Tokyo", "2024-01-31T15:00:00.000Z 2024-02-01T15:00:00.000Z"),
        ("yesterday", "+02:00", "2024-01-30T22:00:00.000Z 2024-01-31T22:00:00.000Z"),
        // 23 and 25 hours.
        ("2024-03-31", "Europe/Berlin", "2024-03-30T23:00:00.000Z 2024-03-31T22:00:00.000Z"),
        ("2024-10-27", "Europe/Berlin", "2024-10-26T22:00:00.000Z 2024-10-27T23:00:00.000Z"),
        // Its first hour does not exist; its last one does twice.
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z 2018-11-05T02:00:00.000Z"),
        ("2018-02-17", "America/Sao_Paulo", "2018-02-17T02:00:00.000Z 2018-02-18T03:00:00.000Z"),
        // A day that was left out.
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00.000Z 2011-12-30T10:00:00.000Z"),
        ("2011-12", "Pacific/Apia", "2011-12-01T10:00:00.000Z 2011-12-31T10:00:00.000Z"),
        // Without an offset it is a time of that place, and all of it where it is shown twice.
        ("2024-01-31T10:00:00", "Europe/Berlin", "2024-01-31T09:00:00.000Z 2024-01-31T09:00:01.000Z"),
        ("2024-10-27T02:30:00", "Europe/Berlin", "2024-10-27T00:30:00.000Z 2024-10-27T01:30:01.000Z"),
        ("2024-01-31T10:00:00Z", "Europe/Berlin", "2024-01-31T10:00:00.000Z 2024-01-31T10:00:01.000Z"),
        ("0001-01-01", "+02:00", "0001-01-01T00:00:00.000Z 0001-01-01T22:00:00.000Z"),
    ])
    func `dates of a place`(_ text: String, _ zone: String, _ expected: String) throws {
        #expect(try span(text, zone) == expected)
    }

    @Test(arguments: [
        ("x", "x is not a date: write a day (2024-01-31)"), ("", "is not a date"), ("--to", "is not a date"),
        ("-7y", "is not a date"), ("-d", "is not a date"), ("7d", "is not a date"),
        ("2024-1-1", "is not a date"), ("2024-13", "names a date that the calendar does not have"),
        ("2023-02-29", "names a date that the calendar does not have"),
        ("0000", "names a date that the calendar does not have"),
        ("2024-01-31T10:00:00", "--time-zone"), ("2024-01-31T25:00:00Z", "names a time that does not exist"),
        ("2024-01-31T10:00Z", "is not an RFC 3339 timestamp"), ("-99999999w", "before the year 0001"),
        ("tod\u{202E}ay", "tod<U+202E>ay is not a date"),
    ])
    func `what is no date is said to be none`(_ text: String, _ message: String) throws {
        let error = #expect(throws: DateExpressionError.self) { try span(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func `an end is the last instant, as the HTTP interface has it`() throws {
        let month = try DateExpression("2024-01", now: now, clock: .utc, mayBeLocal: false)
        #expect(month.endText == "2024-01-31T23:59:59.999999999Z")
        let last = try DateExpression("9999", now: now, clock: .utc, mayBeLocal: false)
        #expect(last.endText == "9999-12-31T23:59:59.999999999Z")
    }

    @Test func `an instant is in its day, its day in its month, and its month in its year`() {
        let zones = [
            "UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "America/St_Johns", "Africa/Casablanca", "-11:30",
        ].compactMap { LocalTime($0) }
        #expect(zones.count == 9)
        forAll(cases: 2000) { random in
            let instant = Timestamp(
                seconds: Int64(Int.random(in: 0..<4_000_000_000, using: &random)) - 1_500_000_000,
                nanoseconds: Int32(Int.random(in: 0..<1_000_000_000, using: &random)))
            let clock = zones[Int.random(in: 0..<zones.count, using: &random)]
            let date = clock.day(at: instant).date
            let day = [date.year, date.month, date.day].map { $0 < 10 ? "0\($0)" : "\($0)" }
            var inner = try DateExpression(
                "today", now: instant, clock: clock, mayBeLocal: false)
            try require(inner.start <= instant && instant < inner.end, "\(instant) is not in its day \(day)")
            for count in [3, 2, 1] {
                let text = day[..<count].joined(separator: "-")
                let outer = try DateExpression(text, now: now, clock: clock, mayBeLocal: false)
                try require(
                    outer.start <= inner.start && inner.end <= outer.end, "\(text) does not hold \(day)")
                inner = outer
            }
        }
    }
}

@Suite struct LocalTimeTests {
    private func text(_ timestamp: String, _ zone: String) -> String? {
        LocalTime(zone)?.text(ofTimestamp: Array(timestamp.utf8))
    }

    @Test func `timestamps are shown with their digits and the offset of the place`() {
        #expect(text("2024-01-31T10:00:00.123Z", "Europe/Berlin") == "2024-01-31T11:00:00.123+01:00")
        #expect(text("2024-07-31T23:00:00Z", "Europe/Berlin") == "2024-08-01T01:00:00+02:00")
        #expect(text("2024-01-31T10:00:00.000000001Z", "-03:30") == "2024-01-31T06:30:00.000000001-03:30")
        // As it is stored, where UTC is asked for.
        #expect(text("2024-01-31T10:00:00.5+02:00", "UTC") == "2024-01-31T10:00:00.5+02:00")
        #expect(text("9999-12-31T23:59:59Z", "Asia/Tokyo") == "9999-12-31T23:59:59Z")
    }

    @Test func `an instant that is shown is the one that was stored, also where offsets had seconds`() throws
    {
        for zone in ["Europe/Amsterdam", "America/New_York", "Asia/Kolkata"] {
            for stored in ["1850-06-01T12:34:56.789Z", "1930-06-01T00:00:00Z", "2024-06-01T23:59:59.999Z"] {
                let shown = try #require(text(stored, zone))
                let (instant, digits) = try Timestamp.parse(Array(shown.utf8))
                #expect(try Timestamp.parse(Array(stored.utf8)) == (instant, digits), "\(shown)")
            }
        }
    }

    @Test func `what is no place is none`() {
        for name in ["", "Europe/Atlantis", "+25:00", "+2", "2024"] {
            #expect(LocalTime(name) == nil, "\(name)")
        }
    }
}
