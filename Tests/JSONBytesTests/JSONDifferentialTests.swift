import Foundation
import TestSupport
import Testing
@testable import JSONBytes
@testable import DemoData

/// The cursor beside Foundation's parser, and beside the tests' own scanner.
@Suite struct JSONDifferentialTests {
    private func cursorAccepts(_ bytes: [UInt8], allowsHalfPairs: Bool = true) -> Bool {
        guard var cursor = try? JSONCursor(bytes, allowsHalfPairs: allowsHalfPairs) else { return false }
        return (try? cursor.value(below: JSONCursor.maximumDepth)) != nil && (try? cursor.end()) != nil
    }

    private func scannerAccepts(_ bytes: [UInt8]) -> Bool {
        var scanner = JSONScanner(bytes)
        return (try? scanner.value()) != nil && (try? scanner.end()) != nil
    }

    private func foundationAccepts(_ bytes: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
    }

    /// Where the two may differ, each for a reason.
    private func mayDiffer(_ bytes: [UInt8]) -> Bool {
        // The cursor takes no other encoding.
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else { return true }
        // Foundation skips a byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return true }
        // RFC 8259 allows half of a surrogate pair in an escape; Foundation does not. The cursor leaves it as it is.
        if text.lowercased().contains("\\ud") { return true }
        // A number of any size is a number; Foundation refuses what no Double can hold.
        if text.contains(/[eE][+-]?\d{3}|\d{300}/) { return true }
        // Foundation takes a comma after the last element.
        if text.contains(/,\s*[\]}]/) { return true }
        return false
    }

    @Test func `documents and their mutations are accepted or refused as Foundation does`() {
        forAll(cases: 3000) { random in
            var bytes = Array(RandomJSON(random: random.fork()).value().utf8)
            for _ in 0..<random.number(below: 4) where !bytes.isEmpty { Self.mutate(&bytes, &random) }
            guard !mayDiffer(bytes) else { return }
            let text = String(decoding: bytes, as: UTF8.self)
            try require(cursorAccepts(bytes) == foundationAccepts(bytes), "the cursor differs on \(text)")
        }
    }

    @Test func `documents and their mutations are accepted or refused as the simple scanner does`() {
        let halves = ["\\ud800", "\\uDFFF", "\\ud83d\\ude00", "\\ud83d\\u0041", "\\ud800\\ud800\\udc00"]
        forAll(cases: 3000) { random in
            var bytes = Array(RandomJSON(random: random.fork()).value().utf8)
            for _ in 0..<random.number(below: 4) where !bytes.isEmpty { Self.mutate(&bytes, &random) }
            if random.once(in: 3), let quote = bytes.firstIndex(of: UInt8(ascii: "\"")) {
                bytes.insert(contentsOf: Array(random.pick(halves).utf8), at: quote + 1)
            }
            let isText = String(validating: bytes, as: UTF8.self) != nil
            let text = String(decoding: bytes, as: UTF8.self)
            try require(cursorAccepts(bytes) == (isText && scannerAccepts(bytes)), "they differ on \(text)")
            let isStrict = (try? StrictJSON.check(bytes)) != nil
            if cursorAccepts(bytes, allowsHalfPairs: false) {
                try require(cursorAccepts(bytes), "only the strict one takes \(text)")
            } else if isStrict {
                throw Falsified(description: "the strict one refuses \(text)")
            }
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let place = random.number(below: bytes.count)
        let byte = random.pick(Array("{}[]\",:\\ 0123456789-+.eEtfnu/\n\t\u{1}é".utf8))
        switch random.number(below: 4) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(byte, at: place)
        case 2: bytes[place] = byte
        default: bytes.swapAt(place, random.number(below: bytes.count))
        }
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{a:1}", "{1:1}",
        "'a'", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\u{1}\"", "\"\n\"", "01", "-", "-01", "1.",
        ".5", "1e",
        "1e+", "+1", "0x1", "1 2", "tru", "truex", "True", "nul", "NaN", "Infinity", "[1}", "{\"a\":1]",
        "[]]", "//", "[1 2]",
        "\"\\", "\"\\u", "{\"a\" 1}", "{\"a\"::1}", "\u{FEFF}1", "1\u{A0}", "[1]\u{B}",
    ])
    func `what is no JSON is refused`(_ text: String) {
        #expect(!cursorAccepts(Array(text.utf8)))
    }

    @Test(arguments: [
        "0", "-0", "-0.0e-0", "1E400", "123456789012345678901234567890.123456789", "[]", "{}", " [ ] ",
        "[[],{}]",
        "\"\"", "\"\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\u{7F}é\u{10FFFF}\"", "\"\\ud800\"", "null",
        "\t\r\n true \n",
        "{\"a\":{\"a\":[{},[],\"\"]},\"a\":1}",
    ])
    func `what is JSON is accepted`(_ text: String) {
        #expect(cursorAccepts(Array(text.utf8)))
    }

    @Test func `members have the names and values that Foundation reads`() {
        forAll(cases: 1000) { random in
            let text = RandomJSON(random: random.fork()).object()
            let bytes = Array(text.utf8)
            guard !mayDiffer(bytes) else { return }
            guard let object = try? JSONObject(bytes),
                let expected = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            else { throw Falsified(description: "not read: \(text)") }
            // Foundation also takes two names for one that only differ in how a character is composed.
            guard
                Set(object.members.map { String(decoding: $0.name, as: UTF8.self) }).count
                    == object.members.count
            else { return }
            for member in object.members {
                let name = String(decoding: member.name, as: UTF8.self)
                let value = try JSONSerialization.jsonObject(
                    with: Data(bytes[member.value]), options: .fragmentsAllowed)
                let isEqual = NSArray(object: expected[name] as Any) == NSArray(object: value)
                try require(isEqual, "\(name) has another value in \(text)")
                if let string = object.string(member) {
                    try require(
                        Array((value as? String ?? "").utf8) == string, "\(name) is another string in \(text)"
                    )
                }
            }
            let names = Set(object.members.map { String(decoding: $0.name, as: UTF8.self) })
            try require(names == Set(expected.keys), "other names in \(text)")
        }
    }

    @Test func `strings that are written are read back as they were, by Foundation too`() throws {
        forAll(cases: 500) { random in
            let scalars = (0..<random.number(below: 20)).map { _ in
                Unicode.Scalar(UInt32(random.number(below: random.pick([0x20, 0x80, 0xD800, 0x11_0000]))))
                    ?? "\u{FFFD}"
            }
            let text = Array(String(String.UnicodeScalarView(scalars)).utf8)
            var written: [UInt8] = []
            written.append(jsonString: text)
            try require(decodeJSONString(written[...]) == text, "\(text) came back changed")
            let read =
                try JSONSerialization.jsonObject(with: Data(written), options: .fragmentsAllowed) as? String
            // Foundation takes a U+FEFF at the start away.
            try require(
                text.starts(with: [0xEF, 0xBB, 0xBF]) || read.map { Array($0.utf8) } == text, "\(written)")
        }
    }
}
