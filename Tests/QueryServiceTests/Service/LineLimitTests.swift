@testable import QueryService
import Foundation
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

/// Pages of lines are bounded by their bytes, and whole all the same.
@Suite struct LineLimitTests {
    private static let limits = AnswerMemory.Limits(answer: 16 << 10, unasked: 2 << 10, reserved: 64 << 10)

    private func record(_ number: Int, _ size: Int) -> AuditRecord {
        TestRecord.make(
            Identifier("id-\(number)"),
            at: TestRecord.instant("2024-02-29T12:00:00Z").advanced(bySeconds: Int64(number)), user: "u",
            attributes: "{\"d\":{\"t\":\"\(String(repeating: "\\\"", count: size / 2))\"}}")
    }

    /// All pages of lines, each at most so large; nil where one's first line had no room.
    private func pages(
        _ records: [AuditRecord], _ form: RecordWriter.Form, _ memory: AnswerMemory, limit: Int = 10_000
    ) throws -> [LinePage]? {
        let writer = RecordWriter(form)
        let reader = PageReader(store: NaiveStore(records), memory: memory, now: { .now })
        var query = RecordQuery(userId: "u", order: .ascending, limit: limit)
        var pages: [LinePage] = []
        let deadline = ContinuousClock.now + .seconds(60)
        let budget = Budget(soft: deadline, deadline: deadline)
        func page(isAlone: Bool) throws -> LinePage? {
            try reader.lines(
                of: query, scope: .all, budget: budget, header: [], isAlone: isAlone
            ) { record, limit, lines throws(StoreError) in
                do {
                    return try writer.append(record, attributes: record.attributes, within: limit, to: &lines)
                } catch {
                    throw StoreError(.unreadable, "\(error)")
                }
            }
        }
        var isTooLarge = false
        try untilDone("the last page") {
            guard let page = try page(isAlone: false) ?? page(isAlone: true) else {
                isTooLarge = true
                return true
            }
            // Whoever makes an answer of it keeps no more of its room than the body takes.
            _ = page.room?.keep(body: 0)
            pages.append(page)
            query.after = page.resume
            return page.resume == nil
        }
        return isTooLarge ? nil : pages
    }

    @Test func `pages of any sizes are all lines once, and none is larger than allowed`() throws {
        forAll(cases: 30) { random in
            let sizes = (0..<40).map { _ in random.pick([0, 10, 500, 3000, 7000]) }
            let records = sizes.enumerated().map { record($0.offset, $0.element) }
            let columns = try RecordColumn.list(Array("auditId,attributes".utf8))
            for form in [RecordWriter.Form.ndjson, .csv(columns)] {
                let memory = AnswerMemory(Self.limits)
                let pages = try #require(try pages(records, form, memory, limit: random.number(in: 1...50)))
                var whole: [UInt8] = []
                for record in records {
                    _ = try RecordWriter(form).append(
                        record, attributes: record.attributes, within: .max, to: &whole)
                }
                try require(pages.flatMap(\.lines) == whole, "not all lines, once")
                for page in pages {
                    try require(page.count == 1 || page.lines.count <= 16 << 10, "\(page.lines.count) bytes")
                    try require(page.stop != .size || page.resume != nil, "no next page")
                }
            }
        }
    }

    @Test
    func `one row that is larger than a page stands alone, and one that nothing has room for is refused`()
        throws
    {
        let columns = try RecordColumn.list(Array("d.t,d,attributes".utf8))
        let memory = AnswerMemory(Self.limits)
        let alone = try #require(
            try pages([record(0, 10), record(1, 4500), record(2, 10)], .csv(columns), memory))
        #expect(alone.map(\.count).reduce(0, +) == 3)
        #expect(alone.contains { $0.count == 1 && $0.lines.count > 16 << 10 })
        #expect(try pages([record(0, 7000)], .csv(columns), memory) == nil)
        #expect(try pages([record(0, 7000)], .ndjson, memory)?.count == 1)
    }

    @Test func `what had no room is refused, naming columns`() throws {
        let store = NaiveStore([record(0, 7 << 20)])
        let client = try TestService(store).admin
        let answer = client.records("userId=u&columns=d.t,d,attributes") { $0.accept = "text/csv" }
        #expect(answer.isProblem(400) && answer.faultyParameters == ["columns"])
        let line = client.records("userId=u") { $0.accept = "application/x-ndjson" }
        #expect(line.status == 200 && line.header("X-Stop-Reason") == "end")
    }
}
