import JSONBytes
import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// What is called sound at a first look is what the whole check and a reader that shares nothing with it let pass.
@Suite struct PlainAttributesTests {
    private static let usual = [
        #"{"action":"CreateBucket","outcome":"denied","details":{"durationMs":1833,"requestId":"e5ed"}}"#,
        #"{"a":1,"b":-0.5,"c":[true,false,null,{"a":{},"b":[]}],"d":{"a":1,"b":2}}"#, "{}",
        #"{ "ab" : "é😀" , "abcdefgh":"", "abcdefgi" : [ 1 , 2 ] }"#,
        "{\"tab\":\n\t0,\r\"x\":\"\u{7F}\"}",
    ]
    private static let unusual = [
        #"{"a":"\n"}"#, #"{"a":1,"\u0062":2}"#, #"{"abcdefgh1":1,"abcdefgh2":2,"n":1e5}"#,
        "{\"a\":\(String(repeating: "[", count: 40))\(String(repeating: "]", count: 40))}",
        "{\((0..<60).map { "\"n\($0)\":\($0)" }.joined(separator: ","))}",
    ]

    private func isSound(_ text: String) -> Bool { PlainAttributes.areSound(Array(text.utf8)) }

    /// Whether the look says no more than what is so.
    private func check(_ text: [UInt8]) throws -> Bool {
        guard PlainAttributes.areSound(text) else { return false }
        try StrictJSON.check(text)
        var check = AttributeCheck(try JSONCursor(text), of: .stored)
        try check.pass()
        return true
    }

    @Test(arguments: usual) func `usual attributes need no other look`(_ text: String) throws {
        #expect(try check(Array(text.utf8)))
    }

    @Test(arguments: unusual) func `what is allowed and unusual is left to the whole check`(_ text: String)
        throws
    {
        #expect(!isSound(text))
        #expect(try AuditRecord.readable(attributes: Array(text.utf8)) == Array(text.utf8))
    }

    @Test(arguments: [
        "", "{", "}", "[]", "1", "{}{}", "{} 1", "{}\0", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
        "{\"a\" 1}",
        "{\"a\":01}", "{\"a\":-}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":tru}", "{\"a\":nulll}",
        "{\"a\":\"b}", "{\"a\":\"\u{1}\"}", "{\"a\":[1,]}", "{\"a\":[1}", "{\"a\":{\"b\":1}", "{\"a\":1 2}",
        "{\"a\":1,\"a\":2}", "{\"abcdefghi\":1,\"b\":{\"abcdefghi\":1},\"abcdefghi\":2}", "{\"\":1,\"\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}", "{\"a\":[{\"b\":1},{\"c\":1,\"c\":1}]}", "\u{B}{}", "{\"a\":\u{C}1}",
    ]) func `what is wrong never passes`(_ text: String) {
        #expect(!isSound(text))
        #expect(throws: JSONFault.self) { try AuditRecord.check(stored: Array(text.utf8)) }
    }

    @Test func `what is no UTF-8 never passes`() {
        for bytes in [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]] {
            #expect(!PlainAttributes.areSound(Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8)))
        }
    }

    @Test func `it lets pass nothing that others refuse`() {
        var soundOnes = 0
        let tokens = [
            "\"a\":1,", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e1", "true", "null", " ",
            "\t", "é",
            "\\u0061", "{\"a\":1,\"a\":1}",
        ]
        fuzz(Mutator((Self.usual + Self.unusual).map { Array($0.utf8) }, tokens: tokens), cases: 20_000) {
            text in
            if try check(text) { soundOnes += 1 }
        }
        #expect(soundOnes > 100)
        var random = soundOnes
        forAll(cases: 2000) { seed in
            if try check(Array(AwkwardJSON.object(&seed).utf8)) { random += 1 }
        }
        #expect(random > soundOnes + 50)
    }
}
