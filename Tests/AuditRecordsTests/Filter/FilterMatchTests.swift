import DemoData
import JSONBytes
import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// What filters let through, held against the plain evaluator.
@Suite struct FilterMatchTests {
    @Test func `a record passes whenever the plain evaluator says so`() throws {
        forAll(cases: 1000) { random in
            var source = RandomFilters(random: random.fork())
            let filters = try (0..<12).map { _ in
                let filter = source.filter()
                let text = source.text(filter)
                return (filter, text, try RecordFilter(Array(text.utf8)))
            }
            for _ in 0..<12 {
                let (record, tree) = source.record()
                for (reference, text, filter) in filters {
                    let got = try filter.matches(record, attributes: record.attributes)
                    try require(
                        got == reference.holds(record, tree),
                        "\(got) for \(text)\nof \(record)\n\(String(decoding: record.attributes, as: UTF8.self))"
                    )
                }
            }
        }
    }

    @Test func `the normal form reads as the same filter and is its own`() throws {
        forAll(cases: 2000) { random in
            var source = RandomFilters(random: random.fork())
            let text = Array(source.text(source.filter(40)).utf8)
            let condition = try FilterParser.condition(of: text)
            try require(
                FilterParser.condition(of: condition.text) == condition,
                "\(String(decoding: text, as: UTF8.self)) reads as \(String(decoding: condition.text, as: UTF8.self))"
            )
            try require(FilterParser.condition(of: condition.text).text == condition.text, "not its own form")
        }
    }

    /// Demo records, and filters about what stands in some of them.
    @Test func `filters about demo records find what the plain evaluator finds`() throws {
        let lines = Array(DemoRecords(seed: 1, until: Day(daysSince1970: 19_782), count: 300))
        let records = try lines.map { line in
            let tree = try Tree(json: line)
            func text(_ name: String) -> String {
                guard case .string(let text)? = tree.values(at: [name]).first else { return "" }
                return String(decoding: text, as: UTF8.self)
            }
            let record = TestRecord.make(
                Identifier(text("auditId")), at: text("timestamp"), system: Identifier(text("systemId")),
                user: Identifier(text("userId")), resource: Identifier(text("resourceId")),
                attributes: String(decoding: line, as: UTF8.self))
            return (record, tree)
        }
        forAll(cases: 400) { random in
            let (_, tree) = random.pick(records)
            let path = random.pick([
                ["action"], ["outcome"], ["sourceIp"], ["details", "durationMs"], ["resourceId"],
            ])
            let value = tree.values(at: path[...])[0]
            let (name, operand, written): (String, ReferenceFilter.Operand, String)
            switch value {
            case .string(let text):
                name = random.pick(["eq", "ne", "gt", "le", "co", "sw", "ew"])
                let part = Array(text.dropFirst(random.number(below: 4)).prefix(random.number(in: 1...20)))
                (operand, written) = (.string(part), "\"\(String(decoding: part, as: UTF8.self))\"")
            case .number(let number):
                name = random.pick(["eq", "ne", "gt", "le", "lt", "ge"])
                (operand, written) = (.number(number), number)
            default: throw Falsified(description: "\(path) is no scalar")
            }
            let text = "\(path.joined(separator: ".")) \(name) \(written)"
            let filter = try RecordFilter(Array(text.utf8))
            for (record, tree) in records {
                try require(
                    try filter.matches(record, attributes: record.attributes)
                        == ReferenceFilter.compare(path, name, operand).holds(record, tree), text)
            }
        }
    }

    @Test(arguments: [
        // Absent and null.
        ("{}", "a eq null", false), ("{\"a\":null}", "a eq null", true), ("{}", "a ne null", true),
        ("{\"a\":[]}", "a eq null", false),
        ("{\"a\":[1,null]}", "a eq null", true), ("{\"a\":{\"b\":null}}", "a.b eq null", true),
        // Presence.
        ("{\"a\":0}", "a pr", true), ("{\"a\":false}", "a pr", true), ("{\"a\":null}", "a pr", false),
        ("{\"a\":\"\"}", "a pr", false),
        ("{\"a\":[]}", "a pr", false), ("{\"a\":{}}", "a pr", false),
        ("{\"a\":[null,\"\",[],{}]}", "a pr", false),
        ("{\"a\":[null,[0]]}", "a pr", true), ("{\"a\":{\"b\":null}}", "a pr", true),
        // Arrays, and brackets.
        ("{\"a\":[1,2]}", "a eq 2", true), ("{\"a\":[1,2]}", "a ne 2", false),
        ("{\"a\":[[1],[[2]]]}", "a eq 2", true),
        ("{\"a\":[{\"b\":1},{\"c\":2}]}", "a.b eq 1 and a.c eq 2", true),
        ("{\"a\":[{\"b\":1},{\"c\":2}]}", "a[b eq 1 and c eq 2]", false),
        ("{\"a\":[{\"b\":1,\"c\":3},{\"b\":1,\"c\":2}]}", "a[b eq 1 and c eq 2]", true),
        ("{\"a\":{\"b\":1}}", "a[b eq 1]", true),
        ("{\"a\":[[{\"b\":1}]]}", "a[b eq 1]", true), ("{\"a\":5}", "a[b ne 1]", false),
        ("{\"a\":[5]}", "a[b ne 1]", false),
        ("{\"a\":[{}]}", "a[b ne 1]", true),
        ("{\"a\":[{\"b\":[{\"c\":1},{\"d\":2}]}]}", "a[b[c eq 1] and b[d eq 2]]", true),
        ("{\"a\":[{\"b\":[{\"c\":1},{\"d\":2}]}]}", "a[b[c eq 1 and d eq 2]]", false),
        ("{\"a\":[{\"b\":1},{\"b\":2}]}", "a[b eq 1] and a[b eq 2] and not (a[b eq 3])", true),
        // Types do not meet.
        ("{\"a\":\"1\"}", "a eq 1", false), ("{\"a\":1}", "a eq \"1\"", false),
        ("{\"a\":true}", "a eq \"true\"", false),
        ("{\"a\":{\"b\":1}}", "a eq 1", false), ("{\"a\":\"x\"}", "a gt 1", false),
        ("{\"a\":\"x\"}", "a.b ne 1", true),
        // Bytes.
        ("{\"a\":\"\\u0061\"}", "a eq \"a\"", true), ("{\"\\u0061\":1}", "a eq 1", true),
        ("{\"a\":\"A\"}", "a eq \"a\"", false),
        ("{\"é\":1}", "\"e\\u0301\" pr", false), ("{\"a\":\"é\"}", "a gt \"z\"", true),
        ("{\"a\":\"aaab\"}", "a co \"aab\"", true),
        ("{\"a\":\"ab\"}", "a lt \"abc\" and a gt \"a\" and a ge \"ab\"", true),
        ("{\"a\":\"x\"}", "a co \"\" and a ew \"\"", true),
        // Numbers beyond what floating point tells apart, or an exponent is worth writing out.
        (
            "{\"a\":12345678901234567890123456789012345678}", "a eq 12345678901234567890123456789012345677",
            false
        ),
        ("{\"a\":1e400}", "a gt 1e399 and a lt 1.1e400 and a eq 10e399", true),
        ("{\"a\":1e-400}", "a gt 0 and a ne 0", true),
        ("{\"a\":1e99999999999999999999}", "a gt 9e999999999998", true),
        ("{\"a\":-1e99999999999999999999}", "a lt 0", true),
        ("{\"a\":1e-99999999999999999999}", "a gt 0 and a lt 1e-999999999998", true),
        ("{\"a\":0e99999999999999999999}", "a eq 0", true),
        ("{\"a\":1e1000000000000}", "a eq 1e999999999999", false),
        ("{\"a\":10e999999999998}", "a eq 1e999999999999", true),
        ("{\"a\":-1.5}", "a lt -1.4 and a gt -1.6 and a eq -15e-1", true),
        ("{\"a\":0.5}", "a lt 5 and a gt 0.05", true),
        // The record's own fields first.
        ("{\"userId\":\"x\",\"timestamp\":5}", "userId eq \"user\" and userId ne \"x\"", true),
        (
            "{\"timestamp\":5}",
            "timestamp eq \"2024-02-29T12:00:00Z\" and timestamp lt \"2024-02-29T12:00:00.000000001Z\"", true
        ),
        ("{\"userId\":{\"b\":1}}", "userId.b eq 1 or userId[b eq 1]", false),
        ("{}", "userId co \"se\" and timestamp pr", true),
        (
            "{\"a\":{\"timestamp\":5,\"userId\":6}}", "a[timestamp eq 5 and userId eq 6] and a.userId eq 6",
            true
        ),
        // Networks.
        ("{\"a\":\"10.1.2.3\"}", "a cidr \"10.0.0.0/8\"", true),
        ("{\"a\":\"::ffff:10.1.2.3\"}", "a cidr \"10.0.0.0/8\"", true),
        ("{\"a\":\"10.1.2.3\"}", "a cidr \"::/0\"", false),
        ("{\"a\":\"::1\"}", "a cidr \"0.0.0.0/0\"", false),
        ("{\"a\":\"10.1.2.3\"}", "a cidr \"::ffff:10.0.0.0/104\"", true),
        ("{\"a\":[\"x\",\"::2\"]}", "a cidr \"::3/127\"", true),
    ])
    func `the rules of the contract, one by one`(_ attributes: String, _ text: String, _ passes: Bool) throws
    {
        let record = TestRecord.make("id", at: "2024-02-29T12:00:00Z", attributes: attributes)
        let filter = try RecordFilter(Array(text.utf8))
        #expect(try filter.matches(record, attributes: record.attributes) == passes)
    }

    @Test func `paths go as deep as records, and longer ones lead nowhere`() throws {
        func path(_ count: Int) -> String { (0..<count).map { _ in "a" }.joined(separator: ".") }
        let depth = 81
        let attributes =
            String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
        let record = TestRecord.make("id", at: "2024-02-29T12:00:00Z", attributes: attributes)
        for (text, passes) in [
            ("\(path(depth)) eq 1", true), ("\(path(depth - 1)) pr", true), ("\(path(depth + 1)) pr", false),
            ("\(path(2000)) pr", false), ("\(path(40))[\(path(41)) eq 1]", true),
            ("\(path(40))[not (\(path(42)) eq 1)]", true), ("\(path(900))[\(path(1000)) pr]", false),
        ] {
            let filter = try RecordFilter(Array(text.utf8))
            #expect(try filter.matches(record, attributes: record.attributes) == passes, "\(text.prefix(20))")
        }
    }

    @Test func `bytes are found wherever they stand`() throws {
        forAll(cases: 3000) { random in
            func text(_ count: Int) -> [UInt8] {
                (0..<random.number(in: 0...count)).map { _ in random.pick([97, 97, 98]) }
            }
            let (sought, bytes) = (text(6), text(40))
            let isThere = sought.isEmpty || bytes.indices.contains { bytes[$0...].starts(with: sought) }
            try require(
                ByteSequenceSearch(sought).isFound(in: bytes.span) == isThere, "\(sought) in \(bytes)")
        }
    }

    @Test(arguments: ["{\"a\":", "[]", "{\"a\":tru}", "{\"b\":\"\\x\",\"a\":1}", "{\"a\" 1}", ""])
    func `attributes that are no JSON object are an error, and not a record that does not pass`(
        _ text: String
    ) throws {
        let record = TestRecord.make("id", at: "2024-02-29T12:00:00Z", attributes: text)
        #expect(throws: JSONFault.self) {
            try RecordFilter(Array("a pr".utf8)).matches(record, attributes: record.attributes)
        }
    }
}
