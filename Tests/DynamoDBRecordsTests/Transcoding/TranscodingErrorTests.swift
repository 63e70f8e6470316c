import Testing
@testable import JSONBytes
@testable import DynamoDBRecords

/// What is refused, and where.
@Suite struct TranscodingErrorTests {
    private static let keys = ##""PK":{"S":"a#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00Z#1"}"##

    private func error(_ body: [UInt8]) -> JSONFault? {
        do throws(JSONFault) {
            _ = try QueryAnswer(body)
            return nil
        } catch {
            return error
        }
    }

    /// The fault stands at the mark, which is not part of the text.
    @Test(arguments: [
        (#"^"#, "'{' was expected"),
        (#"^[]"#, "'{' was expected"),
        (#"{}^"#, "Items is missing"),
        (#"{"Items":^{}}"#, "'[' was expected"),
        (#"{"Items":^null}"#, "'[' was expected"),
        (#"{"Items":[]^"#, "'}' was expected"),
        (#"{"Items":[]} ^1"#, "the text goes on after its value"),
        ("{\"Items\":[]}^\0", "the text goes on after its value"),
        (#"{"Items":[],^"Items":[]}"#, "a member stands twice"),
        (#"{"Items":[],^"It\u0065ms":[]}"#, "a member stands twice"),
        (#"{"Items":[^1]}"#, "'{' was expected"),
        (#"{"Items":[ ^{}]}"#, "an item has no PK"),
        (##"{"Items":[^{"PK":{"S":"a#2024-01-31"}}]}"##, "an item has no SK"),
        (##"{"Items":[{"PK":{"S":^"a#2024-01-32"}}]}"##, "PK does not end with '#' and a day"),
        (##"{"Items":[{"PK":{"S":^"2024-01-31"}}]}"##, "PK does not end with '#' and a day"),
        (##"{"Items":[{"SK":{"S":^"2024-01-31T10:00:00Z"}}]}"##, "SK has no '#'"),
        (##"{"Items":[{"SK":{"S":^"2024-01-31T10:00:00Z#"}}]}"##, "SK has nothing behind its '#'"),
        (##"{"Items":[{"PK":{"S":^"#2024-01-31"}}]}"##, "PK names no system"),
        (
            ##"{"Items":[^{"PK":{"S":"a#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00Z#1"},"GS1_PK":{"S":"#u"}}]}"##,
            "an item has a GS1_PK and no GS1_SK"
        ),
        (##"{"Items":[{"GS1_PK":{"S":^"u"}}]}"##, "GS1_PK does not begin with '#'"),
        (##"{"Items":[{"GSI2_PK":{"S":^""}}]}"##, "GSI2_PK does not begin with '#'"),
        (##"{"Items":[{"GSI2_SK":{"N":^"1"}}]}"##, "GSI2_SK is of another type than S"),
        (##"{"Items":[{"SK":{"S":"1#a"},"SK":^{"S":"1#a"}}]}"##, "SK stands twice in an item"),
        (##"{"Items":[],"LastEvaluatedKey":^{"PK":{"S":"a"}}}"##, "LastEvaluatedKey has no SK"),
        (##"{"Items":[],"LastEvaluatedKey":^{}}"##, "LastEvaluatedKey has no SK"),
        (##"{"Items":[],"LastEvaluatedKey":{"SK":{"N":^"1"}}}"##, "a key is of another type than S"),
        (#"{"Items":[],"ScannedCount":^-1}"#, "a count was expected"),
        (#"{"Items":[],"ScannedCount":^1.0}"#, "a count was expected"),
        (#"{"Items":[],"ScannedCount":^99999999999999999999}"#, "a count was expected"),
        (#"{"Items":[],"ScannedCount":^"1"}"#, "a digit was expected"),
        (
            #"{"Items":[],"ConsumedCapacity":{"CapacityUnits":^"1"}}"#,
            "a number of capacity units was expected"
        ),
        (#"{"Items":[],"x":[^}]}"#, "a value was expected"),
        (#"{"Items":[],"x":^truE}"#, "true was expected"),
        (#"{"Items":[],"x":"a^"#, "a string does not end"),
        ("{\"Items\":[],\"x\":\"a^\n\"}", "a control character stands unescaped in a string"),
        ("{\"Items\":[],\"x\":\"a^\0\"}", "a control character stands unescaped in a string"),
        (#"{"Items":[],"x":"a^\q"}"#, "no such escape"),
        (#"{"Items":[],"x":"a^\"#, "no such escape"),
        (#"{"Items":[],"x":"a^\u12"#, "\\u needs four hexadecimal digits"),
        (#"{"Items":[],"x":"^\ud83d"}"#, "half of a surrogate pair stands alone"),
        (#"{"Items":[],"x":"^\ude00"}"#, "half of a surrogate pair stands alone"),
        (#"{"Items":[],"x":"^\ud83d\u0041"}"#, "half of a surrogate pair stands alone"),
    ])
    func `an answer is refused with the place of its fault`(_ marked: String, _ detail: String) {
        let parts = marked.utf8.split(separator: UInt8(ascii: "^"), omittingEmptySubsequences: false)
        let fault = error(Array(parts.joined()))
        #expect(fault?.offset == parts[0].count && fault?.detail == detail, "\(fault as Any)")
    }

    @Test(arguments: [
        ("^1", "'{' was expected"), ("^null", "'{' was expected"),
        ("{^}", "a string was expected"),
        (#"{^"X":"a"}"#, "no such type of an attribute"),
        (#"{^"s":"a"}"#, "no such type of an attribute"),
        (#"{^"":"a"}"#, "no such type of an attribute"),
        (#"{"S":"a"^,"S":"b"}"#, "'}' was expected: an attribute has one type"),
        (#"{"S":"a"^,"N":"1"}"#, "'}' was expected: an attribute has one type"),
        (#"{"S":^1}"#, "a string was expected"), (#"{"B":^[]}"#, "a string was expected"),
        (#"{"N":^1}"#, "a number in a string was expected"), (#"{"N":"^"}"#, "a digit was expected"),
        (#"{"N":"^ 1"}"#, "a digit was expected"), (#"{"N":"1^ "}"#, "a number does not end here"),
        (#"{"N":"^01"}"#, "a number begins with 0"), (#"{"N":"1.^"}"#, "a digit was expected"),
        (#"{"N":"^+1"}"#, "a digit was expected"), (#"{"N":"^NaN"}"#, "a digit was expected"),
        (#"{"N":"1^\u0031"}"#, "a number does not end here"),
        (#"{"BOOL":^"true"}"#, "false was expected"), (#"{"NULL":^false}"#, "true was expected"),
        (#"{"M":^[]}"#, "'{' was expected"), (#"{"L":^{}}"#, "'[' was expected"),
        (#"{"M":{"a":^1}}"#, "'{' was expected"), (#"{"L":[{"S":""},^]}"#, "'{' was expected"),
        (#"{"L":[{"S":""}^{"S":""}]}"#, "']' was expected"),
        (#"{"M":{"a":{"S":""},^}}"#, "a string was expected"),
        (#"{"SS":[^1]}"#, "a string was expected"), (#"{"NS":["^a"]}"#, "a digit was expected"),
        (#"{"NS":[^1]}"#, "a number in a string was expected"), (#"{"BS":^""}"#, "'[' was expected"),
    ])
    func `a typed value is refused with the place of its fault`(_ marked: String, _ detail: String) {
        let parts = marked.utf8.split(separator: UInt8(ascii: "^"), omittingEmptySubsequences: false)
        let start = Array("{\"Items\":[{\(Self.keys),\"a\":".utf8)
        let fault = error(start + Array(parts.joined()) + Array("}]}".utf8))
        #expect(fault?.offset == start.count + parts[0].count && fault?.detail == detail, "\(fault as Any)")
    }

    @Test func `a time that is none is refused, at its item`() {
        let start = #"{"Items":["#
        let item = ##"{"PK":{"S":"a#2024-01-31"},"SK":{"S":"2024-01-31T25:00:00Z#1"}}"##
        let fault = error(Array("\(start)\(item)]}".utf8))
        #expect(fault?.offset == start.utf8.count)
        #expect(fault?.detail == "an item's SK begins with a time that names a time that does not exist")
        #expect(fault?.part == item)
        #expect(
            fault?.ofAnswer.contains("the item \(item) is none of this table's form: an item's SK") == true
        )
    }

    @Test(
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
    func `what is no UTF-8 is refused, wherever it stands`(_ bytes: [UInt8]) {
        let start = Array(#"{"Items":[],"x":""#.utf8)
        let fault = error(start + bytes + Array("\"}".utf8))
        #expect(fault == JSONFault(offset: start.count, detail: "is not valid UTF-8"))
    }

    @Test func `every control character is refused, at each place of a word`() {
        for place in 0..<17 {
            for byte in UInt8(0)...0x20 {
                let start = Array("{\"Items\":[],\"x\":\"\(String(repeating: "a", count: place))".utf8)
                let fault = error(start + [byte] + Array("aaaaaaaa\"}".utf8))
                #expect((fault?.offset == start.count) == (byte < 0x20), "\(byte) at \(place)")
            }
        }
    }

    @Test func `a page that breaks off is refused, wherever it does`() {
        for page in TranscodingCorpus.pages {
            let body = Array(page.utf8)
            for count in 0..<body.count {
                guard let fault = error(Array(body[..<count])) else {
                    Issue.record("the first \(count) bytes of \(page) are read")
                    continue
                }
                #expect(fault.offset <= count)
            }
        }
    }
}
