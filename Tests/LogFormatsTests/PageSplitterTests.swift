import TestSupport
import Testing
@testable import StoreConformance
@testable import DemoData
@testable import LogFormats

/// Records out of pages that are too long to be held.
@Suite struct PageSplitterTests {
    private struct Outcome {
        var records: [String] = []
        var parts: [UInt8] = []
        var rest: [UInt8]?
    }

    /// Nil where the text is taken for no page.
    private func split(_ text: String, _ random: inout SplitMix64) -> Outcome? {
        var rest = Array(text.utf8)[...]
        guard var splitter = PageSplitter(&rest) else { return nil }
        var outcome = Outcome()
        while !rest.isEmpty {
            let chunk = rest.prefix(random.number(in: 1...40))
            rest = rest.dropFirst(chunk.count)
            splitter.take(chunk) { line throws(Never) in
                switch line {
                case .bytes(let bytes): outcome.records.append(String(decoding: bytes, as: UTF8.self))
                case .part(let bytes): outcome.parts += bytes
                case .tooLong: outcome.records.append("too long")
                }
            }
        }
        outcome.rest = splitter.damagedRest
        return outcome
    }

    private static let tail =
        #","count":2,"hasMore":false,"nextCursor":null,"range":{"start":null,"end":null}}"#

    @Test func `whatever stands in records, each comes as it is, in whatever chunks`() {
        forAll(cases: 500) { random in
            let records = (0..<random.number(below: 6)).map { _ in
                let object = RandomJSON(random: random.fork()).object()
                return String(object.map { $0.isNewline ? " " : $0 })
            }
            let space = random.pick(["", " ", "\t "])
            let listed = records.map { random.once(in: 5) ? "\($0)\(space),null" : $0 }
            let text =
                "\(space){\"records\"\(space):[\(space)\(listed.joined(separator: ",\(space)"))\(space)]\(Self.tail)\(space)"
            let outcome = try #require(split(text, &random))
            try require(outcome.records == records, "\(outcome.records) of \(text)")
            try require(outcome.rest == nil && outcome.parts.isEmpty, "damaged: \(text)")
        }
    }

    @Test func `of a damaged page all that stands before the damage comes, and the rest is kept`() throws {
        var random = SplitMix64(seed: 1)
        for (text, records, rest) in [
            (#"{"records":[{"a":1},{"b":"#, [#"{"a":1}"#], #"{"b":"#),
            (#"{"records":[{"a":1},"#, [#"{"a":1}"#], ""), (#"{"records":[{"a":1}"#, [#"{"a":1}"#], ""),
            (#"{"records":[{"a":1}],"count""#, [#"{"a":1}"#], #","count""#),
            (#"{"records":[{"a":1}]"#, [#"{"a":1}"#], ""), (#"{"records":["#, [], ""),
            (#"{"records":[{"a":1} {"b":2}],"count":2}"#, [#"{"a":1}"#], #"{"b":2}],"count":2}"#),
            (#"{"records":[,{"b":2}]}"#, [], #",{"b":2}]}"#),
            (#"{"records":[{"a":1},]}"#, [#"{"a":1}"#], "]}"),
            (#"{"records":[{"a":1}]} {"records":[]}"#, [#"{"a":1}"#], #"} {"records":[]}"#),
        ] {
            let outcome = try #require(split(text, &random), "\(text)")
            #expect(outcome.records == records, "\(text)")
            let kept = outcome.rest.map { outcome.parts + $0 }
            #expect(kept.map { String(decoding: $0, as: UTF8.self) } == rest, "\(text)")
        }
    }

    @Test(arguments: [
        "", "{", #"{"record":["#, #"{"auditId":"a","records":["#, #"{"records":{}"#, "[{", #"{"records""#,
    ])
    func `what begins otherwise is no page`(_ text: String) {
        var random = SplitMix64(seed: 1)
        #expect(split(text, &random) == nil)
    }

    @Test func `a record that is too long comes in parts, and the next one is whole`() throws {
        let long = "{\"x\":\"" + String(repeating: "y", count: LineSplitter.maximumLineByteCount) + "\"}"
        var rest = Array("{\"records\":[\(long),{\"a\":1}]}".utf8)[...]
        var splitter = try #require(PageSplitter(&rest))
        var parts: [UInt8] = []
        var lines: [LineSplitter.Line] = []
        while !rest.isEmpty {
            let chunk = rest.prefix(1_000_000)
            rest = rest.dropFirst(chunk.count)
            splitter.take(chunk) { line throws(Never) in
                if case .part(let bytes) = line { parts += bytes } else { lines.append(line) }
            }
        }
        let isWhole = parts == Array(long.utf8)
        #expect(isWhole && lines == [.tooLong, .bytes(Array("{\"a\":1}".utf8))])
        #expect(splitter.damagedRest == nil)
    }
}
