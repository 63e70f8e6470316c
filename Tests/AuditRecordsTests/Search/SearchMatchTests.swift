import DemoData
import JSONBytes
import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// What searches let through, held against the plain evaluator.
@Suite struct SearchMatchTests {
    @Test func `a record passes whenever the plain evaluator says so`() throws {
        var (pairs, passing) = (0, 0)
        forAll(cases: 700) { random in
            var source = RandomSearches(random: random.fork())
            let searches = try (0..<12).map { _ in
                let search = source.search()
                let text = search.words.joined(separator: random.pick([" ", "   "]))
                return (search, text, try RecordSearch(Array(text.utf8)))
            }
            for _ in 0..<12 {
                let (record, tree) = source.record()
                let strings = ReferenceSearch.strings(of: record, tree)
                for (reference, text, search) in searches {
                    let got = try search.matches(record, attributes: record.attributes)
                    pairs += 1
                    passing += got ? 1 : 0
                    try require(
                        got == reference.holds(strings),
                        "\(got) for \(text)\nof \(record)\n\(String(decoding: record.attributes, as: UTF8.self))"
                    )
                }
            }
        }
        #expect(passing * 50 > pairs && passing * 3 < pairs, "\(passing) of \(pairs) pass")
    }

    @Test func `searches about demo records find what the plain evaluator finds`() throws {
        let lines = Array(DemoRecords(seed: 1, until: Day(daysSince1970: 19_782), count: 400))
        let records = try lines.map { line in
            let tree = try Tree(json: line)
            func text(_ name: String) -> Identifier {
                guard case .string(let text)? = tree.values(at: [name]).first else { return "" }
                return Identifier(text)
            }
            let record = TestRecord.make(
                text("auditId"), at: TestRecord.instant(text("timestamp").description),
                system: text("systemId"), user: text("userId"), resource: text("resourceId"),
                attributes: String(decoding: line, as: UTF8.self))
            // The line is its attributes, too, so its timestamp is one of their strings.
            return (record, ReferenceSearch.strings(of: record, tree))
        }
        forAll(cases: 400) { random in
            let words = (0..<random.number(in: 1...2)).map { _ in
                let text = String(decoding: random.pick(records).0.attributes, as: UTF8.self)
                let start = random.number(below: text.count - 12)
                let part = text.dropFirst(start).prefix(random.number(in: 3...10))
                return (random.once(in: 2) ? part.uppercased() : String(part)).replacing(" ", with: "_")
            }
            let search = try RecordSearch(Array(words.joined(separator: " ").utf8))
            for (record, strings) in records {
                try require(
                    try search.matches(record, attributes: record.attributes)
                        == ReferenceSearch(words).holds(strings), "\(words)")
            }
        }
    }

    @Test(arguments: [
        // Where words stand.
        ("{\"name\":\"value\"}", "value", true), ("{\"name\":\"value\"}", "name", false),
        ("{\"a\":[1,[{\"b\":[\"deep\"]}]]}", "deep", true), ("{\"a\":12345}", "234", false),
        ("{\"a\":\"12345\"}", "234", true), ("{\"a\":true}", "true", false),
        ("{\"a\":\"one\",\"b\":\"two\"}", "two one", true),
        ("{\"a\":\"one\",\"b\":\"two\"}", "one three", false),
        ("{\"a\":\"ab\",\"b\":\"cd\"}", "abcd", false), ("{\"a\":\"x\"}", "\":\"", false),
        // The ids, and not the timestamp.
        ("{}", "the-id", true), ("{}", "YSTE", true), ("{}", "serv", false), ("{}", "user resource", true),
        ("{}", "2024", false),
        // Case.
        ("{\"a\":\"DeleteBucket\"}", "TEBUC", true), ("{\"a\":\"Straße\"}", "STRASSE", false),
        ("{\"a\":\"STRAẞE\"}", "straße", true), ("{\"a\":\"\u{212A}elvin\"}", "KELVIN", true),
        ("{\"a\":\"kelvin\"}", "\u{212A}ELV", true), ("{\"a\":\"ma\u{17F}t\"}", "MAST", true),
        ("{\"a\":\"mast\"}", "MA\u{17F}T", true), ("{\"a\":\"ÅNGSTRÖM\"}", "ångström", true),
        ("{\"a\":\"e\u{301}tude\"}", "étude", false), ("{\"a\":\"ИВАН\"}", "иван", true),
        ("{\"a\":\"abc@\"}", "abc`", false), ("{\"a\":\"abc[\"}", "abc{", false),
        // Escapes.
        ("{\"a\":\"caf\\u00e9s\"}", "CAFÉS", true), ("{\"a\":\"\\u0041BC\"}", "abc", true),
        ("{\"a\":\"x\\ud83d\\ude00y\"}", "x😀Y", true), ("{\"a\":\"a\\\"b\"}", "a\"b", true),
        ("{\"a\":\"a\\\\b\"}", "a\\b", true), ("{\"a\":\"tab\\nline\"}", "abnl", false),
        ("{\"a\":\"\\u0061\"}", "u0061", false), ("{\"a\\u0041b\":1,\"b\":\"\\\\\"}", "aab", false),
    ])
    func `the rules of the contract, one by one`(_ attributes: String, _ words: String, _ passes: Bool) throws
    {
        let record = TestRecord.make("the-id", at: "2024-02-29T12:00:00Z", attributes: attributes)
        let search = try RecordSearch(Array(words.utf8))
        #expect(try search.matches(record, attributes: record.attributes) == passes)
    }

    @Test func `bytes are found wherever they stand, in both cases of their letters`() throws {
        forAll(cases: 4000) { random in
            func text(_ count: Int) -> [UInt8] {
                (0..<random.number(in: 0...count)).map { _ in random.pick([0x41, 0x61, 0x62, 0x40, 0x60]) }
            }
            func small(_ text: [UInt8]) -> [UInt8] { text.map { $0 == 0x41 ? 0x61 : $0 } }
            let (sought, bytes) = (small(text(9)), text(60))
            let isThere =
                sought.isEmpty || bytes.indices.contains { small(bytes)[$0...].starts(with: sought) }
            try require(
                ByteSequenceSearch(sought, ignoringCase: true).isFound(in: bytes.span) == isThere,
                "\(sought) in \(bytes)")
        }
    }

    @Test(arguments: ["{\"a\":\"wordy", "[\"wordy\"]", "{\"a\":\"wordy\",\"b\":tru}", "{\"\\x\":\"wordy\"}"])
    func `attributes that are no JSON object and seem to have all words are an error`(_ text: String) throws {
        let record = TestRecord.make("id", at: "2024-02-29T12:00:00Z", attributes: text)
        #expect(throws: JSONFault.self) {
            try RecordSearch(Array("wordy".utf8)).matches(record, attributes: record.attributes)
        }
    }
}
