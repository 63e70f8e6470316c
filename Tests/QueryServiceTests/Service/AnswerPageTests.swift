// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import QueryService
import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance
@testable import AuditStores

/// What a client reads of an answer is what the service wrote.
@Suite struct AnswerPageTests {
    private let seal = try! CursorSeal(secret: Array("a secret of thirty-two bytes, or more".utf8))

    private func record(_ number: Int, attributes: String) -> AuditRecord {
        AuditRecord(
            key: try! RecordKey(
                systemId: "日本 \"\\", timestamp: Array("2024-01-31T10:00:0\(number)+02:00".utf8),
                auditId: Identifier("a\u{202E}\(number)")),
            userId: "zoe\u{308}", resourceId: "a#b", attributes: Array(attributes.utf8))
    }

    @Test func `every page that is written is read as it was, however deep its attributes nest`() throws {
        let deep = JSONScanner.maximumDepth
        let records = [
            record(1, attributes: #"{"n":12345678901234567890.10,"records":[1],"a":"\u005c"}"#),
            record(
                2,
                attributes: "{\"a\":" + String(repeating: "[", count: deep)
                    + String(repeating: "]", count: deep)
                    + "}"),
            record(3, attributes: "{}"),
        ]
        for count in 0...3 {
            for resume in [nil, records[0].key] {
                let query = RecordQuery(userId: "zoe\u{308}", range: TimeRange(start: .startOfTime, end: nil))
                let page = RecordPage(
                    records: Array(records.prefix(count)), stop: resume == nil ? .end : .limit, resume: resume
                )
                let body = try AnswerWriter(policy: .unrestricted).page(
                    page, of: query, nextCursor: resume.map { _ in Array("c\"1".utf8) })
                let read = try AnswerPage(body)
                #expect(read.body == body)
                #expect(try read.records() == page.records)
                #expect(read.count == count && read.nextCursor == (resume == nil ? nil : "c\"1"))
                #expect(read.start == "0001-01-01T00:00:00.000Z" && read.end == nil && read.systems == ["*"])
                let parts = [read.recordsJSON, read.rangeJSON, read.scopeJSON].map {
                    String(decoding: $0, as: UTF8.self)
                }
                let alone = try AnswerPage(
                    Array(
                        """
                        {"records":[\(parts[0])],"count":\(count),"hasMore":false,"nextCursor":null,\
                        "range":\(parts[1]),"scope":\(parts[2])}
                        """.utf8))
                #expect(try alone.records() == page.records)
            }
        }
    }

    @Test(arguments: [
        "", "[]", "null", "{}", #"{"records":[]}"#, "<html>", #"{"records":{}}"#, "\u{FF}",
        #"{"records":[1],"count":1,"hasMore":false,"nextCursor":null,"range":{},"scope":{}}"#,
        #"{"records":[],"count":1,"hasMore":false,"nextCursor":null,"range":{},"scope":{}}"#,
        #"{"records":[],"count":0,"hasMore":true,"nextCursor":null,"range":{},"scope":{}}"#,
        #"{"records":[],"count":0,"hasMore":false,"nextCursor":"c","range":{},"scope":{}}"#,
        #"{"records":[],"count":0,"hasMore":false,"range":{},"scope":{}}"#,
        #"{"records":[],"records":[],"count":0,"hasMore":false,"nextCursor":null,"range":{},"scope":{}}"#,
        #"{"records":[],"count":0,"hasMore":false,"nextCursor":null,"range":{},"scope":{}} x"#,
        #"{"records":[],"count":0,"hasMore":false,"nextCursor":null,"range":{},"scope":{}"#,
    ])
    func `what is no whole page is none`(_ body: String) {
        #expect(throws: AnswerPageError.self) { try AnswerPage(Array(body.utf8)) }
    }

    @Test(arguments: [
        "{}",
        #"{"auditId":"a","timestamp":"x","systemId":"s","userId":"u","resourceId":"r","attributes":{}}"#,
        #"{"auditId":"a","timestamp":"2024-01-01T00:00:00Z","systemId":"s","userId":"u","resourceId":"r","attributes":[]}"#,
        #"{"auditId":1,"timestamp":"2024-01-01T00:00:00Z","systemId":"s","userId":"u","resourceId":"r","attributes":{}}"#,
    ])
    func `what is no record is named by its number`(_ record: String) throws {
        let page = try AnswerPage(
            Array(
                """
                {"records":[\(record)],"count":1,"hasMore":false,"nextCursor":null,"range":{},"scope":{}}
                """.utf8))
        let error = #expect(throws: AnswerPageError.self) { try page.records() }
        #expect(error?.description.contains("record 1") == true)
    }
}
