import Foundation
import TestSupport
import Testing
@testable import StoreConformance
@testable import AuditRecords

@Suite struct TimestampTests {
    @Test func `days agree with a count of all days of all years`() {
        var number = -719_162
        for year in 1...9999 {
            let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated()
            {
                // The ends of each month, where calendars go wrong.
                for day in [1, length]
                where Day(year: year, month: index + 1, day: day)?.daysSince1970 != number + day - 1 {
                    Issue.record("\(year)-\(index + 1)-\(day) is not day \(number + day - 1)")
                    return
                }
                let date = Day(daysSince1970: number + length - 1).date
                #expect(date == (year, index + 1, length))
                #expect(Day(year: year, month: index + 1, day: length + 1) == nil)
                number += length
            }
        }
        #expect(Day(daysSince1970: number).start == .endOfTime)
    }

    @Test func `a day is from its first instant on, before 1970 too`() {
        for number in [-719_162, -719_161, -366, -2, -1, 0, 1, 2, 19_782, 2_932_896] {
            let day = Day(daysSince1970: number)
            let last = day.end.advanced(bySeconds: -1, nanoseconds: 999_999_999)
            #expect([day.start, day.start.advanced(bySeconds: 43_200), last].map(\.day) == [day, day, day])
        }
    }

    @Test func `instants are written and read as Foundation does`() {
        let formatter = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        forAll(cases: 1000) { random in
            // From 1600 on: before that Foundation has the Julian calendar.
            let seconds = Int64(random.number(in: -11_676_096_000...253_402_300_799))
            let instant = Timestamp(seconds: seconds, nanoseconds: Int32(random.number(below: 1_000_000_000)))
            let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(formatter)
            let text = String(decoding: instant.text(fractionDigits: 0), as: UTF8.self)
            try require(text == expected, "\(text) instead of \(expected)")
            let digits = random.number(in: 0...9)
            let spelling = instant.text(fractionDigits: digits)
            let read = try Timestamp.parse(spelling)
            var unit: Int32 = 1
            for _ in digits..<9 { unit *= 10 }
            let cut = Timestamp(seconds: seconds, nanoseconds: instant.nanoseconds / unit * unit)
            try require(read == (cut, digits), "\(String(decoding: spelling, as: UTF8.self)) read as \(read)")
            try require(try Timestamp.parse(instant.text).instant == instant, "\(instant) lost something")
        }
    }

    @Test(arguments: [
        ("2024-02-29T12:00:00Z", 1_709_208_000, 0), ("2024-02-29t12:00:00z", 1_709_208_000, 0),
        ("2024-02-29T14:00:00+02:00", 1_709_208_000, 0), ("2024-02-29T06:30:00-05:30", 1_709_208_000, 0),
        ("2024-03-01T11:59:00+23:59", 1_709_208_000, 0), ("2024-02-29T12:00:00-00:00", 1_709_208_000, 0),
        ("1970-01-01T00:00:00.000000001Z", 0, 1), ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999),
    ])
    func `a timestamp is the instant that it names`(_ text: String, _ seconds: Int, _ nanoseconds: Int) throws
    {
        let instant = try Timestamp.parse(Array(text.utf8)).instant
        #expect(instant == Timestamp(seconds: Int64(seconds), nanoseconds: Int32(nanoseconds)))
    }

    @Test(arguments: [
        ("", TimestampError.wrongForm), ("2024", .wrongForm), ("2024-02-29", .wrongForm),
        ("2024-02-29 12:00:00Z", .wrongForm), ("2024-02-29T12:00Z", .wrongForm),
        ("2024-02-29T12:00:00", .noOffset),
        ("2024-02-29T12:00:00.5", .noOffset), ("2024-02-29T12:00:00.Z", .wrongForm),
        ("2024-02-29T12:00:00,5Z", .wrongForm),
        ("2024-02-29T12:00:00+2:00", .wrongForm), ("2024-02-29T12:00:00+0200", .wrongForm),
        ("2024-02-29T12:00:00+02", .wrongForm), ("2024-02-29T12:00:00+24:00", .noSuchTime),
        ("2024-02-29T12:00:00+02:60", .noSuchTime), ("2024-02-29T12:00:00ZZ", .wrongForm),
        ("2024-02-29T12:00:00Z ", .wrongForm), (" 2024-02-29T12:00:00Z", .wrongForm),
        ("2023-02-29T12:00:00Z", .noSuchDate), ("1900-02-29T12:00:00Z", .noSuchDate),
        ("2024-00-01T12:00:00Z", .noSuchDate), ("2024-13-01T12:00:00Z", .noSuchDate),
        ("2024-04-31T12:00:00Z", .noSuchDate), ("2024-01-00T12:00:00Z", .noSuchDate),
        ("0000-01-01T12:00:00Z", .noSuchDate), ("2024-02-29T24:00:00Z", .noSuchTime),
        ("2024-02-29T12:60:00Z", .noSuchTime), ("2024-02-29T12:00:61Z", .noSuchTime),
        ("2024-02-29T23:59:60Z", .leapSecond), ("2024-02-29T12:00:00.1234567890Z", .tooPrecise),
        ("0001-01-01T00:00:00+00:01", .outOfRange), ("9999-12-31T23:59:59-00:01", .outOfRange),
        ("-2024-02-29T12:00:00Z", .wrongForm), ("12024-02-29T12:00:00Z", .wrongForm),
        ("２024-02-29T12:00:00Z", .wrongForm),
    ])
    func `what is no timestamp says why`(_ text: String, _ expected: TimestampError) {
        #expect(throws: expected) { try Timestamp.parse(Array(text.utf8)) }
    }

    @Test func `bytes of any kind are read or refused, never a crash`() {
        let valid = Array("2024-02-29T12:00:00.123+02:00".utf8)
        forAll(cases: 3000) { random in
            var bytes = Array(valid.prefix(random.number(in: 0...valid.count)))
            for _ in 0..<random.number(below: 3) where !bytes.isEmpty {
                bytes[random.number(below: bytes.count)] = UInt8(random.number(below: 256))
            }
            if let read = try? Timestamp.parse(bytes) {
                let again = try Timestamp.parse(read.instant.text(fractionDigits: 9)).instant
                try require(again == read.instant, "\(bytes) changes when it is written")
            }
        }
    }
}
