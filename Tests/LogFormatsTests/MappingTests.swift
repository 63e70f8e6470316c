import AuditRecords
import Testing

@testable import LogFormats

/// What a mapping makes of events.
@Suite struct MappingTests {
    private func path(_ text: String) throws -> MemberPath { try #require(MemberPath(text)) }

    private func mapping(_ form: EventMapping.TimeForm = .rfc3339) throws -> EventMapping {
        var mapping = EventMapping(name: "shop", time: try path("t"))
        mapping.timeForm = form
        mapping.id = [try path("id")]
        mapping.user = [try path("who.name"), try path("a\\.b")]
        mapping.resource = [try path("what")]
        mapping.action = [try path("did")]
        mapping.address = [try path("from")]
        let status = try path("status")
        mapping.outcomes = [
            (.denied, EventMapping.Rule(status, EventMapping.Texts(["403"]))),
            (.failure, EventMapping.Rule(status, EventMapping.Texts(["4*", "5*"]))),
            (.success, EventMapping.Rule(status, EventMapping.Texts(["2*"]))),
        ]
        mapping.skipped = [EventMapping.Rule(try path("did"), EventMapping.Texts(["ping"]))]
        return mapping
    }

    private func readings(_ mapping: EventMapping, _ text: String) -> [String] {
        var reader = LogFormat(mapping).reader(FormatOptions())
        return (reader.take(Array(text.utf8)[...]) + reader.end()).map { reading in
            switch reading {
            case .record(let record, _):
                let time = String(decoding: record.key.timestamp, as: UTF8.self)
                return
                    "\(time) \(record.key.systemId) \(record.key.auditId) \(record.userId) \(record.resourceId) "
                    + String(decoding: record.attributes, as: UTF8.self)
            case .refused(let reason, let line, _): return "\(line): \(reason)"
            case .skipped(let reason, let line): return "\(line) skipped: \(reason)"
            }
        }
    }

    @Test func `members of JSON become fields, and what says nothing is left out`() throws {
        let text = """
            {"t":"2024-01-31T10:00:00+01:00","id":7,"who":{"name":"ann"},"what":"r","did":"go","from":"192.0.2.1:5","status":403}
            {"t":"2024-01-31T10:00:00Z","who":null,"a.b":"bob","status":"404","did":""}
            {"t":"2024-01-31T10:00:00Z","did":"ping"}
            {"id":"x"}
            """
        let found = readings(try mapping(), text)
        #expect(found.count == 4)
        #expect(
            found[0].hasPrefix(
                "2024-01-31T09:00:00.000Z shop 7 ann r {\"action\":\"go\",\"outcome\":\"denied\",\"sourceIp\":\"192.0.2.1\""
            ))
        #expect(
            found[1].contains(" shop sha256-")
                && found[1].contains(" bob - {\"action\":\"-\",\"outcome\":\"failure\",\"details\""))
        #expect(found[2] == "3 skipped: did is ping")
        #expect(found[3] == "4: t is missing")
    }

    @Test(arguments: [
        (EventMapping.TimeForm.seconds, "1700000000", "2023-11-14T22:13:20.000Z"),
        (.seconds, "1700000000.123", "2023-11-14T22:13:20.123Z"),
        (.milliseconds, "1700000000123", "2023-11-14T22:13:20.123Z"),
        (.microseconds, "1700000000123456", "2023-11-14T22:13:20.123456000Z"),
        (.seconds, "1e9", "1: t is no number of seconds"), (.seconds, "1.", "1: "),
        (.milliseconds, "1.5", "1: t is no whole number"),
        (.rfc3339, "\"2024-01-31T10:00:00\"", "1: the time has no zone"),
    ])
    func `times are read as their form says`(form: EventMapping.TimeForm, value: String, expected: String)
        throws
    {
        let found = readings(try mapping(form), "{\"t\":\(value)}")
        #expect(found.count == 1 && found[0].hasPrefix(expected), "\(found)")
    }

    @Test func `rows of a table are objects of its columns, given or in its first row`() throws {
        var table = try mapping()
        table.shape = .csv
        table.user = [try path("user")]
        let rows = "2024-01-31T10:00:00Z,1,\"ann, b\"\n2024-01-31T10:00:00Z,2\n"
        let headed = readings(table, "t,id,user\n" + rows)
        #expect(headed.count == 2)
        #expect(headed.first?.contains(" shop 1 ann, b - ") == true, "\(headed)")
        #expect(headed.last == "3: has 2 columns, and the table has 3")
        table.columns = ["t", "id", "user"]
        #expect(readings(table, rows).first == headed.first)
    }

    @Test func `no text crashes it`() throws {
        var table = try mapping()
        for shape in EventMapping.Shape.allCases {
            table.shape = shape
            for byte in UInt8.min...UInt8.max {
                let text = "{\"t\":" + String(UnicodeScalar(byte)) + "\n,\"" + String(UnicodeScalar(byte))
                #expect(readings(table, text).allSatisfy { !$0.isEmpty })
            }
        }
        for wrong in ["", ".", "a.", ".a", "a..b", "a\\"] { #expect(MemberPath(wrong) == nil) }
    }
}
