import Testing
@testable import JSONBytes
@testable import AuditRecords
@testable import DemoData
@testable import StoreConformance
@testable import DynamoDBRecords

@Suite struct QueryAnswerTests {
    private func answer(_ attributes: String) throws -> AuditRecord? {
        let keys = ##""PK":{"S":"a#b#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00.5Z#x#y"}"##
        return try QueryAnswer(Array("{\"Items\":[{\(keys)\(attributes)}]}".utf8)).records.first
    }

    private func plain(_ attributes: String) throws -> String {
        String(decoding: try answer(attributes)?.attributes ?? [], as: UTF8.self)
    }

    @Test func `keys are read from the ends that have a fixed form, and the spelling of the time is kept`()
        throws
    {
        let record = try answer(
            ###","GS1_PK":{"S":"##u#"},"GS1_SK":{"S":"2024-01-31T10:00:00.5Z#x\u0023y"},"###
                + ##""GSI2_PK":{"S":"#\u00e9\n"},"GSI2_SK":{"S":"2024-01-31T10:00:00.5Z#x#y"}"##)
        #expect(record?.key.systemId == "a#b")
        #expect(record?.key.timestamp == Array("2024-01-31T10:00:00.5Z".utf8))
        #expect(record?.key.auditId == "x#y")
        #expect(record?.userId == "#u#")
        #expect(record?.resourceId == "é\n")
        #expect(record?.attributes == Array("{}".utf8))
    }

    @Test func `an item outside the indexes has empty ids for them`() throws {
        let record = try answer("")
        #expect(record?.userId == "")
        #expect(record?.resourceId == "")
    }

    @Test(arguments: [
        (#"{"S":"a\u00e9\/\"é"}"#, #""a\u00e9\/\"é""#),
        (#"{"N":"-12345678901234567890123456789012345678"}"#, "-12345678901234567890123456789012345678"),
        (#"{"N":"1.50E+2"}"#, "1.50E+2"), (#"{"B":"AP8="}"#, #""AP8=""#),
        (#"{"BOOL":true}"#, "true"), (#"{"BOOL":false}"#, "false"), (#"{"NULL":true}"#, "null"),
        (#"{"M":{}}"#, "{}"), (#"{"L":[]}"#, "[]"),
        (#"{"M":{"S":{"S":"S"},"":{"M":{"PK":{"NULL":true}}}}}"#, #"{"S":"S","":{"PK":null}}"#),
        (#"{"L":[{"N":"1"},{"S":""},{"L":[{"BOOL":true}]}]}"#, #"[1,"",[true]]"#),
        (#"{"SS":["a","\t"]}"#, #"["a","\t"]"#), (#"{"NS":["1","-2.5"]}"#, "[1,-2.5]"),
        (#"{"BS":["AA=="]}"#, #"["AA=="]"#), (#"{"SS":[]}"#, "[]"),
        ("\n{ \"S\"\t: \"a b\"\r}", #""a b""#), (#"{"\u0053":"a"}"#, #""a""#),
        ("{ \"NULL\" : true }", "null"),
    ])
    func `every type becomes plain JSON`(_ typed: String, _ plain: String) throws {
        #expect(try self.plain(",\"a\":\(typed)") == "{\"a\":\(plain)}")
        #expect(
            try self.plain(",\"a\":{\"L\":[\(typed),\(typed)]},\"b\":\(typed)")
                == "{\"a\":[\(plain),\(plain)],\"b\":\(plain)}")
    }

    @Test func `names that only look like those of keys are attributes`() throws {
        // U+212A, the sign of the unit kelvin, is the letter K to a comparison of Swift's strings.
        for name in ["pk", "PK ", "P\u{212A}", "GS1_P", "GSI1_PK", "S", "G", ""] {
            #expect(try plain(",\"\(name)\":{\"S\":\"x\"}") == "{\"\(name)\":\"x\"}")
        }
    }

    @Test func `strings of every length are copied whole, whatever stands at each place`() throws {
        for length in 0..<40 {
            for special in ["é", "\\\"", "\\u00e9", "\u{7F}", " !#[]", "\u{10FFFF}", "a"] {
                for place in 0...length {
                    let text =
                        String(repeating: "a", count: place) + special
                        + String(repeating: "b", count: length - place)
                    guard try plain(",\"\(text)\":{\"S\":\"\(text)\"}") == "{\"\(text)\":\"\(text)\"}" else {
                        Issue.record("\(text)")
                        return
                    }
                }
            }
        }
    }

    @Test(arguments: [("{\"L\":[", "]}"), ("{\"M\":{\"a\":", "}}")])
    func `attributes nest 32 levels deep and no deeper`(_ open: String, _ close: String) throws {
        func nested(_ depth: Int, _ inner: String) -> String {
            ",\"a\":" + String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
        }
        let record = try answer(nested(32, "{\"N\":\"1\"}"))
        // Whoever hides attributes scans them again, with the same limit.
        #expect(record.map { (try? JSONObject($0.attributes)) != nil } == true)
        #expect(throws: JSONFault.self) { try answer(nested(33, "{\"N\":\"1\"}")) }
        #expect(throws: JSONFault.self) { try answer(nested(32, "{\"SS\":[]}")) }
        #expect(throws: JSONFault.self) { try answer(nested(100_000, "")) }
    }

    @Test func `what is passed unread nests 80 levels deep and no deeper`() throws {
        func body(_ depth: Int) -> [UInt8] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            return Array("{\"x\":\(nested),\"Items\":[]}".utf8)
        }
        #expect(try QueryAnswer(body(80)).records.isEmpty)
        #expect(throws: JSONFault.self) { try QueryAnswer(body(81)) }
        #expect(throws: JSONFault.self) { try QueryAnswer(body(100_000)) }
    }

    @Test func `a page of 1 MB is read`() throws {
        var writer = RandomPage(random: SplitMix64(seed: 1))
        var items: [UInt8] = []
        var records: [AuditRecord] = []
        while items.count < 1 << 20 {
            if !records.isEmpty { items.append(UInt8(ascii: ",")) }
            let item = writer.item()
            items += Array(item.typed.utf8)
            records.append(item.record)
        }
        let answer = try QueryAnswer(Array("{\"Items\":[".utf8) + items + Array("],\"ScannedCount\":5}".utf8))
        #expect(answer.records == records)
        #expect(answer.scannedCount == 5)
    }

    @Test func `what an answer does not say is null, nothing, or what follows from the rest`() throws {
        let answer = try QueryAnswer(
            Array(#"{"LastEvaluatedKey":null,"ConsumedCapacity":null,"Items":[]}"#.utf8))
        #expect(answer.lastEvaluatedKey == nil)
        #expect(answer.lastSortKey == nil)
        #expect(answer.scannedCount == 0)
        #expect(answer.consumedCapacity == 0)
    }

    @Test func `the last key is kept as it came, its sort key decoded`() throws {
        let key = ##"{ "SK":{"S":"1#\u00e9\"" } , "PK" : {"S":"a#2024-01-31"}}"##
        let answer = try QueryAnswer(Array("{\"Items\":[],\"LastEvaluatedKey\": \(key) }".utf8))
        #expect(answer.lastEvaluatedKey == Array(key.utf8))
        #expect(answer.lastSortKey == Array("1#é\"".utf8))
    }

    @Test func `an item has of the one before it what it says itself, and nothing else`() throws {
        func item(_ system: String, _ sort: String, user: String? = nil, resource: String? = nil) -> String {
            let keys = [("GS1", user), ("GSI2", resource)].compactMap { name, id in
                id.map { ",\"\(name)_PK\":{\"S\":\"#\($0)\"},\"\(name)_SK\":{\"S\":\"\(sort)\"}" }
            }
            return "{\"PK\":{\"S\":\"\(system)\"},\"SK\":{\"S\":\"\(sort)\"}\(keys.joined())}"
        }
        let items = [
            item("a#2024-01-31", "2024-01-31T10:00:00Z#1", user: "u", resource: "r"),
            item("a#2024-01-31", "2024-01-31T10:00:00Z#2"),
            item("a#2024-01-31", "2024-01-31T10:00:00Z#3", user: "u", resource: "rr"),
            item("b#2024-01-31", "2024-01-31T10:00:00Z#3", user: "v", resource: "rr"),
            item("b#2024-01-31", "2024-01-31T10:00:00Z#4", user: "\\u0076", resource: "u"),
            item("b#2024-02-01", "2024-02-01T10:00:00Z#4", user: "u"),
        ]
        let answer = try QueryAnswer(
            Array("{\"Items\":[\(items.joined(separator: ","))],\"Count\":6,\"ScannedCount\":6}".utf8))
        #expect(answer.records.map(\.key.systemId) == ["a", "a", "a", "b", "b", "b"])
        #expect(answer.records.map(\.userId) == ["u", "", "u", "v", "v", "u"])
        #expect(answer.records.map(\.resourceId) == ["r", "", "rr", "rr", "u", ""])
        // A day of another item's is none of its own.
        for wrong in [
            items[0] + "," + item("a#2024-01-31", "2024-02-01T10:00:00Z#1"),
            items[0] + ",{\"SK\":{\"S\":\"2024-01-31T10:00:00Z#9\"}}",
        ] {
            #expect(throws: JSONFault.self) {
                try QueryAnswer(Array("{\"Items\":[\(wrong)],\"Count\":2,\"ScannedCount\":2}".utf8))
            }
        }
    }
}
