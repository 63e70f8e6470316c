@testable import AuditQuery
import Testing

@Suite struct JSONLimitsTests {
    private func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
        Array((String(repeating: open, count: depth) + String(repeating: close, count: depth)).utf8)
    }

    @Test func `Values nest to 32 and no deeper`() {
        for (open, close) in [("[", "]"), ("{\"a\":[", "]}")] {
            let half = open.count > 1 ? 2 : 1
            var fits = JSONScanner(nested(32 / half, open, close))
            #expect(throws: Never.self) { try fits.value() }
            var deeper = JSONScanner(nested(32 / half + 1, open, close))
            let error = #expect(throws: JSONError.self) { try deeper.value() }
            #expect(error?.detail.contains("32") == true)
        }
        var huge = JSONScanner(nested(1_000_000, "[", "]"))
        #expect(throws: JSONError.self) { try huge.value() }
    }

    @Test func `Digits of a number leave as they came`() throws {
        for number in ["-0", "1.0", "1e+05", "12345678901234567890123456789012345678", "0.10", "1E400"] {
            let line =
                "{\"auditId\":\"a\",\"timestamp\":\"2024-01-01T00:00:00Z\",\"systemId\":\"s\",\"userId\":\"u\","
                + "\"resourceId\":\"r\",\"n\":\(number)}"
            let record = try RecordLine.record(Array(line.utf8))
            #expect(record.attributes == Array("{\"n\":\(number)}".utf8))
            let body = try AnswerWriter(policy: Policy(scope: .all, hiddenAttributes: ["x"])).record(record)
            #expect(String(decoding: body, as: UTF8.self).contains("\"attributes\":{\"n\":\(number)}"))
        }
    }

    @Test func `A string that has half of a surrogate pair has no text`() {
        for text in ["\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\udc00\\ud800", "a\\ud83d\\n"] {
            #expect(decodeJSONString(Array("\"\(text)\"".utf8)[...]) == nil, "\(text)")
        }
        #expect(decodeJSONString(Array("\"\\ud83d\\ude00\"".utf8)[...]) == Array("😀".utf8))
    }

    @Test func `An error names the place`() {
        let error = #expect(throws: JSONError.self) { try JSONObject(Array("{\"a\":tru}".utf8)) }
        #expect(error?.offset == 5)
        #expect(error?.description.hasSuffix("at byte 6") == true)
    }

    @Test func `A name that stands twice is found under any spelling`() throws {
        #expect(try JSONObject(Array("{\"a\":1,\"\\u0061\":2}".utf8)).repeatedName == Array("a".utf8))
        #expect(try JSONObject(Array("{\"é\":1,\"e\u{301}\":2}".utf8)).repeatedName == nil)
    }
}
