import QueryService
import Testing

@testable import audit_query

@Suite struct AnswerStreamTests {
    private static let frame =
        #""range":{"start":null,"end":"2024-02-01T00:00:00.000Z"},"scope":{"systems":["*"]}"#

    private func page(_ records: [String], cursor: String?) throws -> AnswerPage {
        let next = cursor.map { "\"\($0)\"" } ?? "null"
        return try AnswerPage(
            Array(
                """
                {"records":[\(records.joined(separator: ","))],"count":\(records.count),"hasMore":\(cursor != nil),\
                "nextCursor":\(next),"stopReason":"limit",\(Self.frame)}

                """.utf8))
    }

    @Test(arguments: [
        [[]], [[], []], [["{}"]], [["{}", #"{"a":1}"#], [], [#"{"b":[{}]}"#]], [[], ["{}"], []],
    ])
    func `all pages are one answer, as one page with all records would be`(_ pages: [[String]]) throws {
        var stream = AnswerStream()
        var bytes: [UInt8] = []
        for (index, records) in pages.enumerated() {
            bytes += stream.bytes(
                of: try page(records, cursor: index + 1 < pages.count ? "c\(index)" : nil))
            #expect(throws: AnswerPageError.self, "nobody takes a part for all") { try AnswerPage(bytes) }
        }
        bytes += stream.end()
        let all = pages.flatMap { $0 }
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                {"records":[\(all.joined(separator: ","))],"count":\(all.count),"hasMore":false,"nextCursor":null,\
                "stopReason":"end",\(Self.frame)}

                """)
    }
}
