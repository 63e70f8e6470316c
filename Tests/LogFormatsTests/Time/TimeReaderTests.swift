import AuditRecords
import Foundation
import LogFormats
import Testing

/// Every form of time that logs write, and those that are refused.
struct TimeReaderTests {
    private static let berlin = try? ZoneRules(
        file: Array(Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))),
        name: "Europe/Berlin")

    private func text(_ time: String, zone: ZoneRules? = nil, zoneless: TimeReader.Zoneless = .local)
        -> String
    {
        do throws(EventFault) {
            let instant = try TimeReader(zone: zone).time(Array(time.utf8), "time", zoneless: zoneless)
            return String(decoding: instant.text, as: UTF8.self)
        } catch {
            guard case .refused(let reason) = error else { return "skipped" }
            return reason
        }
    }

    @Test(arguments: [
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00.000Z"),
        ("2024-01-31 10:00:00,5z", "2024-01-31T10:00:00.500Z"),
        ("2024-01-31T10:00:00.1234567899+01:30", "2024-01-31T08:30:00.123456789Z"),
        ("2024-01-31T10:00:00.12-0030", "2024-01-31T10:30:00.120Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
        ("0001-01-01T00:00:00+00:01", "the time is outside the years 0001 to 9999"),
        ("9999-12-31T23:59:59-00:01", "the time is outside the years 0001 to 9999"),
        ("2024-02-30T10:00:00Z", "no such time"), ("2023-02-29T10:00:00Z", "no such time"),
        ("2024-01-31T24:00:00Z", "no such time"), ("2024-01-31T10:00:60Z", "no such time"),
        ("2024-01-31T10:00:00+24:00", "no such offset"), ("2024-01-31T10:00:00+01:60", "no such offset"),
        ("2024-01-31t10:00:00Z", "time is no time: '2024-01-31t10:00:00Z'"),
        ("2024-01-31T10:00:00.Z", "time is no time: '2024-01-31T10:00:00.Z'"),
        ("2024-01-31T10:00Z", "time is no time: '2024-01-31T10:00Z'"),
        ("2024-01-31T10:00:00 Z", "time is no time: '2024-01-31T10:00:00 Z'"),
        ("2024-01-31T10:00:00+1", "time is no time: '2024-01-31T10:00:00+1'"),
        ("2024-01-31T10:00:00ZZ", "time is no time: '2024-01-31T10:00:00ZZ'"),
        ("٢٠٢٤-01-31T10:00:00Z", "time is no time: '٢٠٢٤-01-31T10:00:00Z'"), ("", "time is no time: ''"),
        ("2024-01-31T10:00:00", "the time has no zone: give --time-zone"),
    ])
    func forms(_ time: String, _ expected: String) {
        #expect(text(time) == expected)
    }

    @Test(arguments: [
        ("2026-07-01 12:00:00", "2026-07-01T10:00:00.000Z"),
        ("2026-01-01 12:00:00", "2026-01-01T11:00:00.000Z"),
        ("2026-03-29 02:30:00", "no such time in Europe/Berlin"),
        ("2026-10-25 02:30:00", "the time is twice in Europe/Berlin"),
        ("2026-10-25 03:00:00", "2026-10-25T02:00:00.000Z"),
        ("2026-10-25 01:59:59", "2026-10-24T23:59:59.000Z"),
        ("2099-07-01 12:00:00", "2099-07-01T10:00:00.000Z"),
        ("2026-07-01 12:00:00Z", "2026-07-01T12:00:00.000Z"),
    ])
    func timesOfAZone(_ time: String, _ expected: String) {
        #expect(text(time, zone: Self.berlin) == expected)
    }

    @Test func timesThatAreUTCByDocument() {
        #expect(text("2024-01-31T10:00:00", zoneless: .universal) == "2024-01-31T10:00:00.000Z")
        #expect(
            text("2024-01-31T10:00:00", zone: Self.berlin, zoneless: .universal) == "2024-01-31T10:00:00.000Z"
        )
    }

    @Test(arguments: [
        ("0", "1970-01-01T00:00:00.000Z"), ("-1", "1969-12-31T23:59:59.999Z"),
        ("1621305118553", "2021-05-18T02:31:58.553Z"), ("-62135596800000", "0001-01-01T00:00:00.000Z"),
        ("253402300799999", "9999-12-31T23:59:59.999Z"),
    ])
    func milliseconds(_ number: String, _ expected: String) throws {
        let instant = try TimeReader.instant(milliseconds: number.utf8, "time")
        #expect(String(decoding: instant.text, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        "", "-", "1621305118553.0", "1.6e12", "253402300800000", "-62135596800001",
        "99999999999999999999999999",
    ])
    func millisecondsThatAreRefused(_ number: String) {
        #expect(throws: EventFault.self) { try TimeReader.instant(milliseconds: number.utf8, "time") }
    }
}
