import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

/// The most that a filter may ask, of the largest records that every store takes.
@Suite struct FilterWorstCaseTests {
    /// Comparisons of all kinds, 64 with those in brackets, that look at all of a record and are nearly true everywhere.
    private static func filter() throws -> RecordFilter {
        let near = String(repeating: "a", count: 40) + "b"
        let texts = (0..<42).map { "v co \"\(near)\($0)\"" }
        let numbers = (0..<20).map { "list.n gt \(String(repeating: "9", count: 36))\($0)" }
        let brackets = ["list[n eq -1 and s ew \"\(near)\"]"]
        return try RecordFilter(Array((texts + numbers + brackets).joined(separator: " or ").utf8))
    }

    /// 400 KB of one text, and of one list of objects.
    private static func record(_ number: Int, passes: Bool) -> AuditRecord {
        let element =
            "{\"n\":\(String(repeating: "9", count: 35)),\"s\":\"\(String(repeating: "a", count: 39))\"}"
        let list = Array(repeating: element, count: 2200).joined(separator: ",")
        let text = String(repeating: "a", count: 200_000) + (passes ? "b39" : "")
        return TestRecord.make(
            Identifier("id-\(number)"), at: Timestamp(seconds: Int64(number)), user: "u",
            attributes: "{\"v\":\"\(text)\",\"list\":[\(list)]}")
    }

    @Test
    func `64 comparisons on 400 KB are exact, and a page whose time is over ends behind one such record`()
        throws
    {
        let filter = try Self.filter()
        let records = (0..<8).map { Self.record($0, passes: $0 == 1 || $0 == 6) }
        #expect(records.allSatisfy { (390_000...409_600).contains($0.attributes.count) })
        for record in records {
            let expected = ["id-1", "id-6"].contains(record.key.auditId)
            #expect(try filter.matches(record, attributes: record.attributes) == expected)
        }
        let reader = PageReader(store: NaiveStore(records), now: { .now })
        var query = RecordQuery(userId: "u", filter: filter, order: .ascending, limit: 100)
        var (found, pages) = ([AuditRecord](), 0)
        try untilDone("the last page", turns: 1000) {
            let page = try reader.page(of: query, scope: .all, budget: .spent)
            #expect(page.looked <= 2, "\(page.looked)")
            found += page.records
            pages += 1
            query.after = page.resume
            return page.resume == nil
        }
        #expect(found == [records[1], records[6]] && pages >= 4, "\(pages)")
    }

    /// A clock that goes on by a second with each look at it.
    private final class Looked: Sendable {
        let start = ContinuousClock.now
        private let looks = Mutex(0)

        var now: ContinuousClock.Instant {
            looks.withLock { looks in
                looks += 1
                return start + .seconds(looks)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 5])
    func
        `the clock is looked at for each of the largest records, so a page has no more of them than time for`(
            _ seconds: Int
        ) throws
    {
        let records = (0..<12).map { Self.record($0, passes: $0 == 9) }
        // One run has all of them, so nobody but the filter looks.
        let store = BoundlessStore(inner: NaiveStore(records))
        var query = RecordQuery(userId: "u", filter: try Self.filter(), order: .ascending, limit: 100)
        var (found, looked) = ([AuditRecord](), 0)
        try untilDone("the last page", turns: 100) {
            let clock = Looked()
            let page = try PageReader(store: store, now: { clock.now }).page(
                of: query, scope: .all,
                budget: Budget(soft: clock.start + .seconds(seconds), deadline: clock.start + .seconds(600)))
            #expect(
                page.looked <= seconds + 1 && (page.stop == .budget) == (page.resume != nil), "\(page.looked)"
            )
            found += page.records
            looked += page.looked
            query.after = page.resume
            return page.resume == nil
        }
        #expect(found == [records[9]] && looked == 12)
    }
}
