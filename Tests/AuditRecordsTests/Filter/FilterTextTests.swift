import Testing
@testable import AuditRecords

/// How filters are written, and their normal form.
@Suite struct FilterTextTests {
    private func normal(_ text: String) throws -> String { try RecordFilter(Array(text.utf8)).description }

    /// The examples of RFC 7644, section 3.4.2.2, but for those with a schema's URN before a name, or with a name alone for
    /// a member that is called `value`, which mean something else without schemas.
    @Test(arguments: [
        "userName eq \"bjensen\"", "name.familyName co \"O'Malley\"", "userName sw \"J\"", "title pr",
        "meta.lastModified gt \"2011-05-13T04:42:34Z\"", "meta.lastModified ge \"2011-05-13T04:42:34Z\"",
        "meta.lastModified lt \"2011-05-13T04:42:34Z\"", "meta.lastModified le \"2011-05-13T04:42:34Z\"",
        "title pr and userType eq \"Employee\"", "title pr or userType eq \"Intern\"",
        "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
        "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")",
        "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")",
        "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]",
        "emails[type eq \"work\" and value co \"@example.com\"] or ims[type eq \"xmpp\" and value co \"@foo.com\"]",
        "outcome eq \"failure\" and (sourceIp sw \"10.\" or details.resources[ARN co \"prod\"])",
        "details.annotations.\"authorization.k8s.io/decision\" eq \"allow\"",
    ])
    func `an example of the standard or of the contract is its own normal form`(_ text: String) throws {
        #expect(try normal(text) == text)
    }

    @Test func `parentheses that change nothing are left out`() throws {
        #expect(
            try normal("userType eq \"Employee\" and (emails.type eq \"work\")")
                == "userType eq \"Employee\" and emails.type eq \"work\"")
    }

    @Test(arguments: [
        // Space and case.
        ("  a\tEQ\r\n1 ", "a eq 1"), ("a Pr AND b pR oR c PR", "a pr and b pr or c pr"),
        ("a eq\"x\"", "a eq \"x\""),
        ("NOT(a pr)", "not (a pr)"), ("a[ b pr ]", "a[b pr]"), ("a [b pr]", "a[b pr]"),
        // Names stay as they are, and may be words of the language.
        ("A pr", "A pr"), ("and eq 1 and or eq 2 or not eq 3", "and eq 1 and or eq 2 or not eq 3"),
        ("not [eq pr]", "not[eq pr]"), ("\"a\" pr", "a pr"), ("a.\"b\".\"c.d\" pr", "a.b.\"c.d\" pr"),
        ("\"\\u0061\" pr", "a pr"), ("\"é\" pr", "\"é\" pr"), ("\"1a\" pr", "\"1a\" pr"),
        ("_a-$1 pr", "_a-$1 pr"),
        // Parentheses, lists, negations.
        ("((a pr))", "a pr"), ("(a pr or b pr) or c pr", "a pr or b pr or c pr"),
        ("a pr and (b pr and (c pr and d pr))", "a pr and b pr and c pr and d pr"),
        ("a pr or (b pr and c pr)", "a pr or b pr and c pr"),
        ("(a pr or b pr) and c pr", "(a pr or b pr) and c pr"),
        ("not (not (a pr))", "a pr"), ("not (a eq 1)", "a ne 1"), ("not (a ne 1)", "a eq 1"),
        ("not (not (a eq 1 and b eq 2))", "a eq 1 and b eq 2"), ("not (a[b ne 1])", "not (a[b ne 1])"),
        // Strings.
        ("a eq \"\\u0041\\/\\b\\f\\n\\\"\\\\\"", "a eq \"A/\\b\\f\\n\\\"\\\\\""),
        ("a co \"\\ud83d\\ude00\\u0000\"", "a co \"😀\\u0000\""),
        // Numbers.
        ("a eq 1.0", "a eq 1"), ("a eq -0", "a eq 0"), ("a eq 0e9", "a eq 0"), ("a eq 10e-1", "a eq 1"),
        ("a gt 1E+2", "a gt 100"), ("a eq 1e400", "a eq 1e+400"), ("a eq 0.00000001", "a eq 1e-8"),
        (
            "a lt 12345678901234567890123456789012345678.90",
            "a lt 1.23456789012345678901234567890123456789e+37"
        ),
        ("a eq 100e999999999990", "a eq 1e+999999999992"), ("a eq 1e0000000000000000000001", "a eq 10"),
        // Instants, of the record's own timestamp only.
        ("timestamp ge \"2024-01-31T12:00:00+02:00\"", "timestamp ge \"2024-01-31T10:00:00.000Z\""),
        ("timestamp ne \"2024-01-31T10:00:00.0000001Z\"", "timestamp ne \"2024-01-31T10:00:00.000000100Z\""),
        ("timestamp pr", "timestamp pr"), ("a[timestamp eq 1]", "a[timestamp eq 1]"),
        ("timestamp.x co \"1\"", "timestamp.x co \"1\""), ("a.timestamp sw \"x\"", "a.timestamp sw \"x\""),
        // Networks.
        ("ip cidr \"10.1.2.3/8\"", "ip cidr \"10.0.0.0/8\""),
        ("ip cidr \"10.1.2.3/32\"", "ip cidr \"10.1.2.3\""),
        ("ip CIDR \"2001:DB8:0:0:0:0:0:1/128\"", "ip cidr \"2001:db8::1\""),
        ("ip cidr \"::/0\"", "ip cidr \"::/0\""),
        ("ip cidr \"::ffff:10.1.2.3/104\"", "ip cidr \"10.0.0.0/8\""),
        ("ip cidr \"0.0.0.0/0\"", "ip cidr \"0.0.0.0/0\""),
        ("ip cidr \"::ffff:1.2.3.4/90\"", "ip cidr \"::ffc0:0:0/90\""),
        ("ip cidr \"1:0:0:2::3\"", "ip cidr \"1:0:0:2::3\""),
    ])
    func `one meaning has one form, which reads as itself`(_ text: String, _ form: String) throws {
        #expect(try normal(text) == form)
        #expect(try normal(form) == form)
        #expect(try RecordFilter(Array(text.utf8)) == RecordFilter(Array(form.utf8)))
    }

    @Test(arguments: [
        ("", 1, "a condition"), ("  ", 3, "a condition"), ("(", 2, "a condition"), ("()", 2, "a condition"),
        ("a", 2, "an operator was expected: eq, ne, co"), ("a is 1", 3, "an operator"),
        ("a eqq 1", 3, "an operator"),
        ("not a eq 1", 5, "'not' is followed by '('"), ("a@b eq 1", 2, "double quotes"),
        ("é eq 1", 1, "a condition"),
        ("aé eq 1", 2, "double quotes"), ("1a eq 1", 1, "a condition"), ("-a eq 1", 1, "a condition"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"", 4, "double quotes"),
        ("a. eq 1", 3, "a name"), ("a..b eq 1", 3, "a name"), ("a.1 eq 1", 3, "a name"),
        (".a eq 1", 1, "a condition"),
        ("a .b eq 1", 3, "an operator"), ("\"a eq 1", 8, "does not end"),
        ("\"a\\x\" pr", 3, "no such escape"),
        ("a eq", 5, "a value"), ("a eq x", 6, "a value"), ("a eq True", 6, "a value"),
        ("a eq 'x'", 6, "a value"),
        ("a eq trueish", 6, "a value"), ("a eq true1", 6, "a value"), ("a eq [1]", 6, "a value"),
        ("a eq b.c", 6, "a value"),
        ("a eq \"x", 8, "does not end"), ("a eq \"\\ud800\"", 7, "half of a surrogate pair"),
        ("a eq \"\n\"", 7, "control"),
        ("a eq 01", 6, "begins with 0"), ("a eq 1.", 8, "a digit"), ("a eq -", 7, "a digit"),
        ("a eq .5", 6, "a value"),
        ("a eq +5", 6, "a value"), ("a eq 5x", 7, "no part of a number"),
        ("a eq 1.2.3", 9, "no part of a number"),
        ("a eq 1e9999999999999", 6, "exponent"), ("a eq -1e-9999999999999", 6, "exponent"),
        ("a gt true", 6, "gt takes a string in double quotes or a number"), ("a le null", 6, "le takes"),
        ("a co 5", 6, "co takes a string"), ("a sw null", 6, "sw takes a string"),
        ("a ew", 5, "ew takes a string"),
        ("a cidr 10", 8, "cidr takes a string"), ("a cidr \"x\"", 8, "no address"),
        ("a cidr \"10.0.0.0/33\"", 8, "no address"),
        ("a cidr \"1.2.3.04\"", 8, "no address"), ("a cidr \"::1/129\"", 8, "no address"),
        ("a cidr \"::1/08\"", 8, "no address"),
        ("a cidr \"1.2.3.4/\"", 8, "no address"), ("a cidr \"fe80::1%eth0\"", 8, "no address"),
        ("a cidr \"[::1]\"", 8, "no address"),
        ("timestamp eq 5", 14, "timestamp takes a string"),
        ("timestamp eq null", 14, "timestamp takes a string"),
        ("timestamp eq \"2024-01-31\"", 14, "RFC 3339"),
        ("timestamp lt \"2024-01-31T10:00:00\"", 14, "offset"),
        ("timestamp co \"2024\"", 11, "timestamp is an instant"),
        ("timestamp cidr \"::\"", 11, "timestamp is an instant"),
        ("a pr b pr", 6, "'and', 'or' or the end"), ("a pr)", 5, "'and', 'or' or the end"),
        ("a pr andb pr", 6, "the end"),
        ("(a pr", 6, "')'"), ("(a pr]", 6, "')'"), ("a[b pr", 7, "']'"), ("a[b pr)", 7, "']'"),
        ("a[]", 3, "a condition"),
        ("a[b pr].c pr", 8, "the end"), ("a pr and", 9, "a condition"), ("a pr or or", 11, "an operator"),
        ("\"é\" pr x", 8, "the end"), ("\"😀\" pr x", 8, "the end"),
    ])
    func `an error has its place and says what was expected`(_ text: String, _ place: Int, _ part: String) {
        do throws(FilterError) {
            let filter = try RecordFilter(Array(text.utf8))
            Issue.record("\(text) reads as \(filter)")
        } catch {
            #expect(error.position == place && error.detail.contains(part), "\(text): \(error)")
        }
    }

    @Test func `a filter that is no UTF-8, or has a zero byte, is refused`() {
        for (text, place) in [([0x61, 0xFF], 2), ([0x61, 0], 2), (Array("a pr".utf8) + [0], 5)]
            as [([UInt8], Int)]
        {
            #expect(throws: FilterError.self) { try RecordFilter(text) }
            #expect((try? RecordFilter(text)) == nil)
            do { _ = try RecordFilter(text) } catch { #expect(error.position == place) }
        }
    }

    @Test func `comparisons and depth have their bounds`() throws {
        func comparisons(_ count: Int) -> String { (1...count).map { "a\($0) pr" }.joined(separator: " or ") }
        func nested(_ open: String, _ close: String, _ count: Int) -> String {
            String(repeating: open, count: count) + "a pr" + String(repeating: close, count: count)
        }
        #expect(try normal(comparisons(64)) == comparisons(64))
        #expect(throws: FilterError.self) { try normal(comparisons(65)) }
        for (open, close, most) in [("(", ")", 16), ("a[", "]", 16), ("not (", ")", 8)] {
            #expect(throws: Never.self) { try normal(nested(open, close, most)) }
            #expect(throws: FilterError.self) { try normal(nested(open, close, most + 1)) }
        }
        // Brackets that are beside each other are not in each other.
        #expect(throws: Never.self) {
            try normal((1...20).map { "(a\($0)[b pr])" }.joined(separator: " and "))
        }
    }

    /// What is asked for goes into cursors, which clients send in bodies of 16 KiB.
    @Test(arguments: [
        "a co \"\(String(repeating: "\\b", count: 2000))\"",
        "\"\(String(repeating: "\\f", count: 2000))\" pr",
        (1...64).map { "a\($0) eq 1e20" }.joined(separator: " or "),
        (1...64).map { "ip\($0) cidr \"1::/0\"" }.joined(separator: " or "),
        (1...64).map { _ in "timestamp ne \"2024-01-31T10:00:00.0000001Z\"" }.joined(separator: " and "),
    ])
    func `the normal form is hardly longer than what was written`(_ text: String) throws {
        #expect(text.utf8.count <= RecordFilter.maximumByteCount)
        #expect(try normal(text).utf8.count <= text.utf8.count + 2048)
    }
}
