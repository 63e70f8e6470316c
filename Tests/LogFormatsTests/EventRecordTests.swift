import AuditRecords
import Testing
@testable import LogFormats

/// The rules that all formats share.
struct EventRecordTests {
    private let time = Timestamp(seconds: 1_700_000_000)

    private func record(
        _ change: (inout Event) -> Void = { _ in }, system: String? = nil,
        details: Details = .json(Array("{}".utf8))
    ) -> AuditRecord {
        var event = Event(timestamp: time, details: details)
        change(&event)
        let options = FormatOptions(system: system.map { Array($0.utf8) })
        return EventRecord(formatName: "okta", options: options).record(event)
    }

    private func id(_ text: String) -> Identifier { Identifier(text) }

    private func details(_ json: String) -> String {
        String(decoding: record(details: .json(Array(json.utf8))).attributes, as: UTF8.self)
    }

    @Test func `What an event does not name has a name all the same`() {
        let record = record()
        #expect(record.key.systemId == id("okta") && record.userId == id("-"))
        #expect(record.resourceId == id("-"))
        #expect(record.key.auditId == id("sha256-44136fa355b3678a1146ad16f7e8649e"))
        #expect(record.attributes == Array(#"{"action":"-","outcome":"unknown","details":{}}"#.utf8))
        #expect(self.record(system: "ours").key.systemId == id("ours"))
    }

    /// An auditId has less room than the other ids: a timestamp stands before it in DynamoDB's key.
    @Test func `Ids that no store keeps are cut, and records are made of all of them`() {
        let long = Array(String(repeating: "é", count: 2000).utf8)
        let record = record {
            $0.userId = long
            $0.auditId = long
            $0.resourceId = [0x61, 0x00, 0xC2, 0x85, 0xED, 0xA0, 0x80, 0x7F]
        }
        #expect(record.userId.bytes.count == 1006 + 17 && record.key.auditId.bytes.count == 982 + 17)
        #expect(record.userId.bytes.starts(with: long.prefix(1006)))
        #expect(record.resourceId == id("a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"))
        #expect(RecordRules.faults(of: record) == [])
    }

    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), (" 1.2.3.4:443\n", "1.2.3.4"), ("[::1]:43026", "::1"),
        ("[fe80::1]", "fe80::1"),
        ("::ffff:1.2.3.4", "::ffff:1.2.3.4"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::", "::"),
        ("1::", "1::"),
        ("AWS Internal", nil), ("private", nil), ("?", nil), ("225.01.00.16", nil), ("fe80::1%eth0", nil),
        ("1.2.3", nil), ("1.2.3.256", nil), ("1:2:3:4:5:6:7", nil), ("1:2:3:4:5:6:7:8:9", nil),
        ("1::2::3", nil),
        (":1:2:3:4:5:6:7", nil), ("12345::", nil), ("1:2:3:4:5:6:7::8", nil), ("[::1]x", nil), ("", nil),
        (":::", nil),
    ])
    func `Only addresses are addresses`(text: String, address: String?) {
        #expect(IPAddress(in: Array(text.utf8)).map { String(decoding: $0.text, as: UTF8.self) } == address)
    }

    @Test func `White space goes, and nothing else`() {
        let text = "{ \"a\" : [ 1.50 , 9007199254740993 ],\r\n\t\"b \\\" c\" : \"\\/ \\u003c\" }"
        #expect(details(text).contains(#""details":{"a":[1.50,9007199254740993],"b \" c":"\/ \u003c"}}"#))
    }

    @Test(arguments: [
        #"{"a":{"b":1,"b":2}}"#, #"{"a":"\ud800"}"#, #"{"a":{"":1}}"#, #"{"a":1e126}"#,
        #"{"a":1234567890123456789012345678901234567891}"#,
        "{\"a\":" + String(repeating: "[", count: 31) + String(repeating: "]", count: 31) + "}",
    ])
    func `What no store keeps is kept as text`(text: String) {
        let record = record(details: .json(Array(text.utf8)))
        #expect(String(decoding: record.attributes, as: UTF8.self).contains(#""details":{"json":"{\"a\":"#))
        #expect(RecordRules.faults(of: record) == [])
    }

    @Test func `An event without id has one of its own, in any shape`() {
        let ids = ["{\"a\":1}", "{ \"a\":\n1 }", "{\"a\":2}"].map { text in
            record(details: .json(Array(text.utf8))).key.auditId
        }
        #expect(ids[0] == ids[1] && ids[0] != ids[2])
    }
}
