@testable import QueryService
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// A client takes a page of lines only when it is whole.
@Suite struct AnswerLinesTests {
    private let page: Response

    init() throws {
        let records = (0..<5).map { number in
            TestRecord.make(
                Identifier("id#\(number)/é"), at: "2024-02-29T12:00:0\(number)Z", user: "u",
                attributes: "{\"n\":\(number),\"s\":\"\\ud83d\"}")
        }
        let test = try TestService(ScriptedStore(records))
        page = test.admin.records("userId=u&order=asc&limit=3") { $0.accept = "application/x-ndjson" }
    }

    private func read(
        body: [UInt8]? = nil, link: String?? = nil, stop: String?? = nil, digest: String?? = nil
    ) throws -> AnswerLines {
        try AnswerLines(
            body ?? page.body, link: link ?? page.header("Link"),
            stopReason: stop ?? page.header("X-Stop-Reason"),
            digest: digest ?? page.header("Unencoded-Digest"))
    }

    @Test func `a page is read as it was written`() throws {
        let lines = try read()
        #expect(lines.count == 3 && lines.nextCursor == page.linkedCursor && lines.nextCursor != nil)
        for line in 0..<3 {
            let record = try lines.record(line)
            #expect(record.key.auditId.description == "id#\(line)/é" && record.userId == "u")
            #expect(try lines.key(line) == record.key)
            #expect(String(decoding: record.attributes, as: UTF8.self) == "{\"n\":\(line),\"s\":\"\\ud83d\"}")
        }
    }

    @Test func `what is cut, changed or contradicts itself is no page`() {
        #expect(throws: AnswerPageError.self) { try read(body: Array(page.body.dropLast())) }
        #expect(throws: AnswerPageError.self) { try read(body: [0x20] + page.body.dropFirst()) }
        #expect(throws: AnswerPageError.self) { try read(body: []) }
        #expect(throws: AnswerPageError.self) { try read(link: .some(nil)) }
        #expect(throws: AnswerPageError.self) { try read(stop: .some(nil)) }
        #expect(throws: AnswerPageError.self) { try read(stop: "end") }
        #expect(throws: AnswerPageError.self) { try read(digest: .some(nil)) }
        #expect(throws: AnswerPageError.self) { try read(link: "</v1/records?cursor=A>; rel=\"prev\"") }
        #expect(throws: AnswerPageError.self) { try read(link: "<https://elsewhere/>; rel=\"next\"") }
    }
}
