import TestSupport
import Testing
@testable import JSONBytes
@testable import AuditRecords
@testable import StoreConformance
@testable import DynamoDBRecords

/// What DynamoDB would refuse, found before it is asked.
@Suite struct ItemFaultTests {
    private func fault(_ attributes: String, user: Identifier = "user", auditId: Identifier = "1") -> String?
    {
        ItemWriter.fault(
            of: TestRecord.make(auditId, at: "2024-01-31T10:00:00Z", user: user, attributes: attributes))
    }

    private func byteCount(_ attributes: String) throws -> Int {
        var meter = ItemMeter(try JSONCursor(Array(attributes.utf8)))
        try meter.attributes()
        return meter.byteCount
    }

    /// By the rules of "DynamoDB item sizes and formats".
    @Test(arguments: [
        ("{}", 0), (#"{"ab":"cde"}"#, 5), (#"{"é":"\u00e9\n"}"#, 5), (#"{"a":true,"b":null}"#, 4),
        (#"{"a":{}}"#, 4), (#"{"a":[]}"#, 4), (#"{"a":[true,"x"]}"#, 8), (#"{"a":{"b":"c"}}"#, 7),
        (#"{"a":0}"#, 2), (#"{"a":7}"#, 3), (#"{"a":-7}"#, 4), (#"{"a":123}"#, 4), (#"{"a":001}"#, 0),
        (#"{"a":12300000.000}"#, 4), (#"{"a":0.00123e7}"#, 4),
        // A pair of digits stands on one side of the point.
        (#"{"a":1.5}"#, 4), (#"{"a":15}"#, 3), (#"{"a":0.15}"#, 3), (#"{"a":0.015}"#, 4),
        (#"{"a":12.34}"#, 4),
        (#"{"a":123.45}"#, 5), (#"{"a":-1.5}"#, 5), (#"{"a":120}"#, 4), (#"{"a":12E-3}"#, 4),
        (#"{"a":1.2E-3}"#, 3),
        (#"{"a":-0}"#, 2), (#"{"a":0.0}"#, 2), (#"{"a":9.9E125}"#, 3), (#"{"a":1E-130}"#, 3),
    ])
    func `bytes are counted as DynamoDB counts them`(_ attributes: String, _ count: Int) {
        #expect((try? byteCount(attributes)) ?? 0 == count)
    }

    /// The rules that stand in front of the emulator count in another way.
    @Test func `an item that is no fault is one that DynamoDB takes, to the byte`() {
        forAll(cases: 60) { random in
            let numbers = (0..<random.number(in: 1...20)).map { _ in
                let digits = (0..<random.number(in: 1...20)).map { _ in "\(random.number(below: 10))" }
                    .joined()
                let fraction = random.once(in: 2) ? ".\(random.number(below: 1000))" : ""
                let exponent = random.once(in: 3) ? "e\(random.number(in: -9...9))" : ""
                return (random.once(in: 3) ? "-1" : "1") + digits + fraction + exponent
            }
            let start = "{\"n\":[\(numbers.joined(separator: ","))],\"a\":\""
            let size = try byteCount("\(start)\"}") + 139
            for (more, isTaken) in [(0, true), (1, false)] {
                let text = String(repeating: "x", count: 409_600 - size + more)
                let record = TestRecord.make(
                    "1", at: "2024-01-31T10:00:00Z", attributes: "\(start)\(text)\"}")
                var body = Array("{\"TableName\":\"records\",\"Item\":".utf8)
                try ItemWriter.append(record, to: &body)
                let refusal = RequestRules().refusal(of: "PutItem", body + Array("}".utf8))
                try require(
                    (ItemWriter.fault(of: record) == nil) == isTaken,
                    "\(start): \(ItemWriter.fault(of: record) ?? "taken")")
                try require((refusal == nil) == isTaken, "\(start): \(refusal ?? "taken")")
            }
        }
    }

    @Test func `an item may have 400 KB, its keys included`() {
        // The keys of the record with their names: 2 + 17, 2 + 26, 6 + 5, 6 + 26, 7 + 9, 7 + 26.
        let room = 409_600 - (19 + 28 + 11 + 32 + 16 + 33) - 1
        #expect(fault("{\"a\":\"\(String(repeating: "x", count: room))\"}") == nil)
        #expect(
            fault("{\"a\":\"\(String(repeating: "x", count: room + 1))\"}")
                == "it is 409601 bytes as an item; at most 409600 are allowed")
    }

    @Test(arguments: [
        "0", "-0.000", "0e999999999999999999999", "12345678901234567890123456789012345678", "1E-130",
        "9.99E+125",
        "0.00000000000000000000000000000000000000000000000000001", "1\(String(repeating: "0", count: 125))",
        "1234567890123456789012345678901234567800000.0000", "-9.9999999999999999999999999999999999999E+125",
    ])
    func `numbers that DynamoDB keeps are none`(_ number: String) {
        #expect(fault("{\"a\":[\(number)]}") == nil)
    }

    @Test(arguments: [
        "123456789012345678901234567890123456789", "1.00000000000000000000000000000000000001", "1E126",
        "1E-131",
        "9.99E-131", "1\(String(repeating: "0", count: 126))", "1e999999999999999999999",
        "-1e-99999999999999999999",
        "0.\(String(repeating: "0", count: 130))1",
    ])
    func `numbers that DynamoDB does not keep are a fault`(_ number: String) {
        #expect(fault("{\"a\":[\(number)]}")?.hasPrefix("its attributes cannot be stored: a number ") == true)
    }

    @Test(arguments: [
        (#"{"":1}"#, "a name is empty, at byte 2"), (#"{"a":[{"":1}]}"#, "a name is empty, at byte 8"),
        (#"{"a":1,"\u0061":2}"#, "a name stands twice, at byte 8"),
        (#"{"a":{"b":[{"c":1,"c":1}]}}"#, "a name stands twice, at byte 19"),
        (#"{"SK":1}"#, "SK is the name of a key of the table, at byte 2"),
        (#"{"GS1\u005fPK":1}"#, "GS1_PK is the name of a key of the table, at byte 2"),
        (#"{"a":"\ud800"}"#, "half of a surrogate pair stands alone, at byte 7"),
        ("[]", "'{' was expected, at byte 1"),
    ])
    func `what would be refused or lost is a fault`(_ attributes: String, _ detail: String) {
        #expect(fault(attributes) == "its attributes cannot be stored: \(detail)")
    }

    @Test func `names may stand again in other objects, and a key's name below the top`() {
        #expect(fault(#"{"a":{"a":[{"a":1},{"a":2}]},"b":{"PK":1},"\#u{E9}":1,"e\#u{301}":2}"#) == nil)
    }

    @Test func `attributes nest 32 levels deep and no deeper`() {
        func nested(_ depth: Int) -> String {
            "{\"a\":\(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))}"
        }
        #expect(fault(nested(32)) == nil)
        #expect(fault(nested(33))?.contains("values nest deeper than 32") == true)
    }

    @Test func `keys may have 2048 and 1024 bytes`() {
        func id(_ count: Int) -> Identifier { Identifier(String(repeating: "x", count: count)) }
        #expect(fault("{}", user: id(2047), auditId: id(999)) == nil)
        #expect(
            fault("{}", user: id(2048))
                == "its GS1_PK, made of its ids, is 2049 bytes long; at most 2048 are allowed")
        #expect(
            fault("{}", auditId: id(1000))
                == "its SK, made of its ids, is 1025 bytes long; at most 1024 are allowed")
        #expect(fault("{}", user: Identifier([0xFF])) == "its GS1_PK, made of its ids, is not valid UTF-8")
    }
}
