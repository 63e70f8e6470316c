// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
@testable import QueryService
import Testing
@testable import AuditRecords
@testable import StoreConformance
@testable import SQLiteRecords

@Suite struct DateTests {
    private static let times = [
        "2024-01-30T23:59:59.999999999Z", "2024-01-31T00:00:00Z", "2024-01-31T23:59:59Z",
        "2024-01-31T23:59:59.999Z",
        "2024-01-31T23:59:59.999999999Z", "2024-02-01T00:00:00Z", "2024-02-01T00:00:00.0000001Z",
    ]
    private let test = try! TestService(
        ScriptedStore(
            times.enumerated().map { TestRecord.make(Identifier("\($0)"), at: $1, system: "s", user: "u") }))
    private var client: Client { test.admin }

    /// What is stated as the end, the records that it lets in, and the end that is searched.
    private static let ends: [(end: String, last: Int, searched: String?)] = [
        ("2024-01-30", 0, "2024-01-31T00:00:00.000Z"), ("2024-01-31", 4, "2024-02-01T00:00:00.000Z"),
        ("2024-01-31T23:59:59Z", 4, "2024-02-01T00:00:00.000Z"),
        ("2024-01-31T23:59:58Z", 1, "2024-01-31T23:59:59.000Z"),
        ("2024-01-31T23:59:59.0Z", 2, "2024-01-31T23:59:59.100Z"),
        ("2024-01-31T23:59:59.998Z", 2, "2024-01-31T23:59:59.999Z"),
        ("2024-01-31T23:59:59.999Z", 4, "2024-02-01T00:00:00.000Z"),
        ("2024-01-31T23:59:59.999000Z", 3, "2024-01-31T23:59:59.999001000Z"),
        ("2024-01-31T23:59:59.999999998Z", 3, "2024-01-31T23:59:59.999999999Z"),
        ("2024-01-31T23:59:59.999999999Z", 4, "2024-02-01T00:00:00.000Z"),
        ("2024-02-01T00:00:00.000000000Z", 5, "2024-02-01T00:00:00.000000001Z"),
        ("2024-02-01T01:59:59+02:00", 4, "2024-02-01T00:00:00.000Z"),
        ("2024-01-31T18:29:59-05:30", 4, "2024-02-01T00:00:00.000Z"), ("9999-12-31", 6, nil),
        ("9999-12-31T23:59:59.999999999Z", 6, nil),
    ]

    @Test(arguments: ends)
    func `an end is inclusive at its stated precision`(_ end: String, _ last: Int, _ searched: String?) {
        for filter in ["userId=u", "resourceId=resource", "userId=u&systemId=s"] {
            let response = client.records("\(filter)&order=asc&endDate=\(end)")
            #expect(response.auditIds == (0...last).map(String.init))
            #expect(response.range == [nil, searched])
        }
    }

    private static let starts = [
        ("2024-01-31", 1), ("2024-01-31T00:00:00Z", 1), ("2024-01-30T23:59:59.999999999Z", 0),
        ("2024-01-31T00:00:00.000000001Z", 2), ("2024-01-31T23:59:59.5Z", 3),
        ("2024-02-01T02:00:00+02:00", 5),
        ("2024-02-01T00:00:00.000000001Z", 6),
    ]

    @Test(arguments: starts)
    func `a start is the first instant that it names`(_ start: String, _ first: Int) {
        let response = client.records("userId=u&order=asc&startDate=\(start)")
        #expect(response.auditIds == (first...6).map(String.init))
        #expect(
            client.records("systemId=s&order=asc&startDate=\(start)").auditIds == (first...6).map(String.init)
        )
    }

    @Test func `a user's or a resource's range is open where nothing is stated`() {
        #expect(client.records("userId=u").range == [nil, nil])
        #expect(client.records("userId=u&systemId=s").range == [nil, nil])
        #expect(
            client.records("resourceId=r&startDate=0001-01-01").range == ["0001-01-01T00:00:00.000Z", nil])
    }

    @Test func `a system alone is searched for 30 days, or from a start until now`() {
        // The clock stands at 2024-03-01T12:00:00Z; the record of this very instant is within the range.
        let now = "2024-03-01T12:00:00.001Z"
        #expect(client.records("systemId=s").range == ["2024-01-31T12:00:00.001Z", now])
        #expect(client.records("systemId=s&startDate=2024-02-01").range == ["2024-02-01T00:00:00.000Z", now])
        #expect(
            client.records("systemId=s&endDate=2024-01-31").range
                == ["2024-01-02T00:00:00.000Z", "2024-02-01T00:00:00.000Z"])
        #expect(client.records("systemId=s&startDate=2024-03-01T12:00:00Z").status == 200)
        #expect(client.records("systemId=s&startDate=2024-03-01T12:00:01Z").faultyParameters == ["startDate"])
        #expect(client.records("systemId=s&startDate=2024-03-05&endDate=2024-03-06").status == 200)
    }

    @Test func `a system alone is searched for 366 days at most`() {
        #expect(client.records("systemId=s&startDate=2024-01-01&endDate=2024-12-31").status == 200)
        #expect(
            client.records("systemId=s&startDate=2024-01-01&endDate=2025-01-01").faultyParameters == [
                "startDate"
            ])
        #expect(
            client.records("systemId=s&startDate=2024-01-01&endDate=2025-01-01T00:00:00.000000000Z").status
                == 400)
        #expect(client.records("systemId=s&startDate=2023-03-01T12:00:00.001Z").status == 200)
        #expect(client.records("systemId=s&startDate=2023-03-01T12:00:00Z").faultyParameters == ["startDate"])
        #expect(client.records("systemId=s&endDate=9999-12-31").status == 200)
        #expect(client.records("systemId=s&startDate=2024-01-01&endDate=9999-12-31").status == 400)
        #expect(client.records("userId=u&systemId=s&startDate=2020-01-01&endDate=2025-01-01").status == 200)
        #expect(client.records("systemId=s&endDate=0001-01-05").range[0] == "0001-01-01T00:00:00.000Z")
    }

    @Test func `all systems are searched for 24 hours, or 31 days at most`() {
        let now = "2024-03-01T12:00:00.001Z"
        #expect(client.records("").range == ["2024-02-29T12:00:00.001Z", now])
        #expect(client.records("limit=5").range == ["2024-02-29T12:00:00.001Z", now])
        #expect(client.records("startDate=2024-02-01").range == ["2024-02-01T00:00:00.000Z", now])
        #expect(
            client.records("endDate=2024-01-31").range == [
                "2024-01-31T00:00:00.000Z", "2024-02-01T00:00:00.000Z",
            ])
        #expect(client.records("startDate=2024-01-01&endDate=2024-01-31&order=asc").auditIds.count == 5)
        #expect(client.records("startDate=2024-01-01&endDate=2024-02-01").faultyParameters == ["startDate"])
        #expect(client.records("startDate=2024-01-30T11:59:59Z").faultyParameters == ["startDate"])
    }

    @Test(arguments: SortOrder.allCases)
    func `records of the last day of time are found`(_ order: SortOrder) throws {
        let times = ["9999-12-30T12:00:00Z", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59.999999999Z"]
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        try store.put(times.map { TestRecord.make("a", at: $0, system: "s", user: "u") })
        let client = try TestService(store).admin
        let dates = "startDate=9999-12-01&endDate=9999-12-31&order=\(order.rawValue)&limit=1"
        for filter in ["systemId=s", "userId=u", "systemId=s&userId=u"] {
            var response = client.records("\(filter)&\(dates)")
            #expect(response.range == ["9999-12-01T00:00:00.000Z", nil])
            var found = response.records
            try untilDone("the last page", turns: 100) {
                guard let cursor = response.nextCursor else { return true }
                response = client.records("cursor=\(cursor)")
                found += response.records
                return false
            }
            #expect(found.count == 3)
        }
    }

    @Test func `later pages keep the first page's range, whatever the time is by then`() throws {
        let first = client.records("systemId=s&limit=1&startDate=2024-01-30")
        let cursor = try #require(first.nextCursor)
        test.clock.advance(by: .seconds(3600))
        #expect(client.records("cursor=\(cursor)").range == first.range)
    }

    @Test func `bytes of any kind are a date or refused, never a crash`() {
        let valid = Array("2024-02-29T12:00:00.123+02:00".utf8)
        forAll(cases: 3000) { random in
            var bytes = Array(valid.prefix(random.number(in: 0...valid.count)))
            for _ in 0..<random.number(below: 3) where !bytes.isEmpty {
                bytes[random.number(below: bytes.count)] = UInt8(random.number(below: 256))
            }
            _ = try? StatedDate(bytes)
        }
    }
}
