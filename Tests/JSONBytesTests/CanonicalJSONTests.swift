import Foundation
import TestSupport
import Testing
@testable import JSONBytes
@testable import DemoData
@testable import StoreConformance
@testable import AuditRecords
@testable import Loading

@Suite struct CanonicalJSONTests {
    private func canonical(_ text: String) throws -> String {
        String(decoding: try CanonicalJSON(object: Array(text.utf8)).text, as: UTF8.self)
    }

    @Test(arguments: [
        ("0", ["-0", "0.0", "0E9", "-0.00e-5"]), ("1", ["1.0", "1e0", "10e-1", "0.1E+1", "1000e-3"]),
        ("-1.5", ["-1.50", "-15e-1"]), ("100", ["1e2", "100.000"]), ("0.001", ["1e-3", "0.0010"]),
        ("0.000001", ["1e-6"]), ("1e-7", ["0.0000001", "0.1e-6"]),
        ("100000000000000000000", ["1e20"]), ("1e+21", ["1000000000000000000000"]),
        ("1.2e+22", ["12000000000000000000000"]), ("12.5", ["1.25e1"]),
        ("12345678901234567890.12345678901234567", ["1.234567890123456789012345678901234567e19"]),
        ("1e+125", ["10e124"]), ("1e-130", ["0.1e-129"]),
    ])
    func `a number has one text, laid out as ECMAScript does`(_ text: String, _ others: [String]) throws {
        for number in [text] + others {
            #expect(try canonical("{\"n\":\(number)}") == "{\"n\":\(text)}", "\(number)")
        }
    }

    @Test func `what is spelt otherwise is the same, and what means something else is not`() throws {
        forAll(cases: 2000) { random in
            // Foundation takes two spellings of one character for one name.
            func draw(_ random: inout SplitMix64) -> String {
                RandomJSON(random: random.fork()).object().replacing("e\u{301}", with: "x")
            }
            let object = draw(&random)
            guard RecordRules.fault(ofAttributes: Array(object.utf8)) == nil else { return }
            let text = try canonical(object)
            try require(try canonical(text) == text, "not its own: \(text)")
            try require(Self.value(text) == Self.value(object), "another meaning: \(object)\n\(text)")
            try StrictJSON.check(Array(text.utf8))
            let second = draw(&random)
            guard RecordRules.fault(ofAttributes: Array(second.utf8)) == nil else { return }
            let areEqual = try canonical(second) == text
            try require(!areEqual || Self.value(second) == Self.value(object), "\(object) is not \(second)")
        }
    }

    @Test func `one pass writes what the definition says, or refuses what it does not cover`() {
        var again = CanonicalJSON()
        forAll(cases: 4000) { random in
            let object = Array(RandomJSON(random: random.fork()).object().utf8)
            let plain = try? PlainCanonicalJSON(object: object).text
            let written = try? CanonicalJSON(object: object).text
            try require(plain == written, String(decoding: object, as: UTF8.self))
            // Whatever was written with it before, and where that was refused.
            again.text = Array("[".utf8)
            let behind = (try? again.append(object: object)).map { again.text }
            try require(behind == written.map { Array("[".utf8) + $0 }, "behind another text")
        }
    }

    @Test(arguments: [
        (
            #"{"\n":1,"\r":2,"\t":3,"\u0001":4,"\"":5,"!":6}"#,
            #"{"\u0001":4,"\t":3,"\n":1,"\r":2,"!":6,"\"":5}"#
        ),
        (#"{"a\"":1,"a!":2,"a":3,"":4}"#, #"{"":4,"a":3,"a!":2,"a\"":1}"#),
        (#"{"\\":1,"]":2,"[":3}"#, #"{"[":3,"\\":1,"]":2}"#),
    ])
    func `names with escapes stand where their bytes do`(_ text: String, _ expected: String) throws {
        #expect(try canonical(text) == expected)
    }

    @Test func `members are in the order of their names' bytes, at every depth`() throws {
        let text = try canonical(
            #"{ "b":[ {"é":1,"z":2,"e":3} ] , "\u0061":{"B":"\u0041\/\u001f\n","A":null}}"#)
        #expect(text == #"{"a":{"A":null,"B":"A/\u001f\n"},"b":[{"e":3,"z":2,"é":1}]}"#)
    }

    @Test func `what says nothing for sure has none`() {
        for text in [
            #"{"a":{"b":1,"b":2}}"#, #"{"b":1,"a":2,"b":3}"#, #"{"b":1,"\u0062":3}"#, #"{"a":"\ud800"}"#,
            "[]", "{", "{} x", "",
        ] {
            #expect(throws: JSONFault.self) { try CanonicalJSON(object: Array(text.utf8)) }
        }
    }

    @Test func `a record's digest is that of its canonical text, in whatever store`() throws {
        let plain = TestRecord.make(
            "a", at: "2024-01-31T10:00:00.5Z", attributes: #"{"n":1.50,"m":{"b":1,"a":-0}}"#)
        let other = TestRecord.make(
            "a", at: "2024-01-31T10:00:00.5Z", attributes: #"{"m":{"a":0,"b":1},"n":1.5}"#)
        let text =
            #"{"attributes":{"m":{"a":0,"b":1},"n":1.5},"auditId":"a","resourceId":"resource","systemId":"system","#
            + #""timestamp":"2024-01-31T10:00:00.500Z","userId":"user"}"#
        #expect(String(decoding: try plain.canonicalJSON(), as: UTF8.self) == text)
        #expect(plain.digest == other.digest && plain.digest?.count == 64)
        #expect(plain.says(theSameAs: other) && plain != other)
        let changed = TestRecord.make(
            "a", at: "2024-01-31T10:00:00.5Z", attributes: #"{"m":{"a":0,"b":2},"n":1.5}"#)
        #expect(!plain.says(theSameAs: changed) && plain.digest != changed.digest)
    }

    /// What a text means, numbers as decimals.
    private static func value(_ text: String) -> NSObject? {
        try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSObject
    }
}
