import Testing
@testable import JSONBytes
@testable import LogFormats
@testable import StoreConformance
@testable import AuditRecords
@testable import QueryService

@Suite struct JSONLimitsTests {
    private func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
        Array((String(repeating: open, count: depth) + String(repeating: close, count: depth)).utf8)
    }

    @Test func `values nest to a limit and no deeper`() throws {
        for (open, close) in [("[", "]"), ("{\"a\":[", "]}")] {
            let half = open.count > 1 ? 2 : 1
            for limit in [JSONCursor.maximumDepth, JSONCursor.maximumSkippedDepth] {
                var fits = try JSONCursor(nested(limit / half, open, close))
                #expect(throws: Never.self) { try fits.value(below: limit) }
                var deeper = try JSONCursor(nested(limit / half + 1, open, close))
                let error = #expect(throws: JSONFault.self) { try deeper.value(below: limit) }
                #expect(error?.detail.contains("\(limit)") == true)
            }
        }
        var huge = try JSONCursor(nested(1_000_000, "[", "]"))
        #expect(throws: JSONFault.self) { try huge.value() }
    }

    @Test func `a line to load nests to 32 and no deeper, and what a store has already is read to 80`() throws
    {
        func attribute(_ depth: Int) -> String {
            "\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        func line(_ depth: Int) -> [UInt8] {
            Array(
                ("{\"auditId\":\"a\",\"timestamp\":\"2024-01-01T00:00:00Z\",\"systemId\":\"s\","
                    + "\"userId\":\"u\",\"resourceId\":\"r\",\(attribute(depth))}").utf8)
        }
        #expect(RecordRules.faults(of: try RecordLine.record(line(32))).isEmpty)
        let faults = RecordRules.faults(of: try RecordLine.record(line(33)))
        #expect(faults.count == 1 && faults[0].contains("32"), "\(faults)")
        #expect(throws: RecordLineError.self) { try RecordLine.record(line(36)) }
        let stored = Array("{\(attribute(80)),\"text\":\"seen\"}".utf8)
        #expect(try AuditRecord.readable(attributes: stored) == stored)
        let record = TestRecord.make(
            "a", at: "2024-02-29T12:00:00Z", attributes: String(decoding: stored, as: UTF8.self))
        let hidden = try HiddenAttributes(spelled: ["text"])
        let body = try AnswerWriter(policy: Policy(scope: .all, hiddenAttributes: hidden)).record(record)
        #expect(String(decoding: body, as: UTF8.self).contains("\"attributes\":{\(attribute(80))}"))
        let deeper = Array("{\(attribute(81))}".utf8)
        #expect(throws: JSONFault.self) { try AuditRecord.readable(attributes: deeper) }
    }

    @Test func `digits of a number leave as they came`() throws {
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

    @Test func `half of a surrogate pair is refused where it may not stand, and else passed over`() throws {
        for text in ["\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\udc00\\ud800", "a\\ud83d\\n"] {
            let quoted = Array("\"\(text)\"".utf8)
            var strict = try JSONCursor(quoted)
            #expect(throws: JSONFault.self) { try strict.value() }
            var lenient = try JSONCursor(quoted, allowsHalfPairs: true)
            let token = try lenient.string()
            #expect(token.range == quoted.indices, "\(text)")
            #expect(throws: JSONFault.self) { try lenient.text(token) }
        }
    }

    @Test func `a string that has half of a surrogate pair has no text`() {
        for text in ["\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\udc00\\ud800", "a\\ud83d\\n"] {
            #expect(decodeJSONString(Array("\"\(text)\"".utf8)[...]) == nil, "\(text)")
        }
        #expect(decodeJSONString(Array("\"\\ud83d\\ude00\"".utf8)[...]) == Array("😀".utf8))
    }

    @Test func `an error names the place`() {
        let error = #expect(throws: JSONFault.self) { try JSONObject(Array("{\"a\":tru}".utf8)) }
        #expect(error?.offset == 5)
        #expect(error?.description.hasSuffix("at byte 6") == true)
    }

    @Test func `a name that stands twice is found under any spelling`() throws {
        #expect(try JSONObject(Array("{\"a\":1,\"\\u0061\":2}".utf8)).repeatedName == Array("a".utf8))
        #expect(try JSONObject(Array("{\"é\":1,\"e\u{301}\":2}".utf8)).repeatedName == nil)
    }
}
