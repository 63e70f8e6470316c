import QueryService
import TestSupport
import Testing

@testable import audit_query
@testable import AuditRecords

@Suite struct RowLayoutTests {
    @Test func `what fits stands on one line, aligned, and columns that do not fit on further ones`() {
        let rows = [["TIME", "USER", "AUDIT ID"], ["10:00", "alice", "0123456789"], ["11:00", "bo", "1"]]
        let wide = RowLayout(widths: RowLayout.widths(of: rows), limit: 24)
        #expect(
            rows.flatMap(wide.lines) == [
                "TIME   USER   AUDIT ID", "10:00  alice  0123456789", "11:00  bo     1",
            ])
        let narrow = RowLayout(widths: RowLayout.widths(of: rows), limit: 23)
        #expect(
            rows.flatMap(narrow.lines) == [
                "TIME   USER", "  AUDIT ID", "10:00  alice", "  0123456789", "11:00  bo", "  1",
            ])
    }

    @Test func `what is longer than its column goes on below`() {
        let layout = RowLayout(widths: [4, 3], limit: nil)
        #expect(layout.lines(of: ["abcdefgh9", "xyz"]) == ["abcd  xyz", "efgh", "9"])
        #expect(layout.lines(of: ["", ""]) == [""])
        // East Asian characters and emoji take two columns, what combines none.
        #expect(
            layout.lines(of: ["日本語", "e\u{301}e\u{301}e\u{301}"]) == ["日本  e\u{301}e\u{301}e\u{301}", "語"])
    }

    @Test func `nothing is cut, and no line is longer than the terminal`() {
        let characters: [Character] = Array("abcdefghijé日本👩‍💻0123456789-/")
        forAll(cases: 500) { random in
            let columns = 1 + Int.random(in: 0..<6, using: &random)
            let rows = (0...Int.random(in: 0..<3, using: &random)).map { _ in
                (0..<columns).map { _ in
                    String(
                        (0..<Int.random(in: 0..<30, using: &random)).map { _ in
                            characters[Int.random(in: 0..<characters.count, using: &random)]
                        })
                }
            }
            let limit = 12 + Int.random(in: 0..<60, using: &random)
            // The widths of some rows only, as of a first page.
            let layout = RowLayout(widths: RowLayout.widths(of: [rows[0]]), limit: limit)
            for row in rows {
                let lines = layout.lines(of: row)
                try require(lines.allSatisfy { $0.displayWidth <= limit }, "\(limit): \(lines)")
                let shown = lines.joined().filter { $0 != " " }
                try require(
                    shown.sorted() == row.joined().sorted(), "\(row) is shown as \(lines)")
            }
        }
    }
}

@Suite struct RecordTableTests {
    private func record(
        _ attributes: String, user: String = "alice", time: String = "2024-01-31T10:00:00.123Z"
    )
        throws -> AuditRecord
    {
        AuditRecord(
            key: try RecordKey(
                systemId: Identifier("billing"), timestamp: Array(time.utf8), auditId: Identifier("a-1")),
            userId: Identifier(user), resourceId: Identifier("invoice/1"), attributes: Array(attributes.utf8))
    }

    private func table(
        _ style: RecordTable.Style, _ columns: String = ShownColumn.standard, zone: String = "UTC"
    )
        throws -> RecordTable
    {
        RecordTable(
            try ShownColumn.list(columns), style: style, clock: try #require(LocalTime(zone)))
    }

    @Test func `who did what to what, with which outcome and from where, comes first`() throws {
        var table = try table(.lines(width: nil))
        let lines = table.lines(of: [
            try record(#"{"action":"Read","outcome":"success","sourceIp":"10.0.0.1"}"#)
        ])
        #expect(
            lines == [
                "TIME                      USER   ACTION  RESOURCE   OUTCOME  ADDRESS   SYSTEM   AUDIT ID",
                "2024-01-31T10:00:00.123Z  alice  Read    invoice/1  success  10.0.0.1  billing  a-1",
            ])
        #expect(table.lines(of: []).isEmpty, "headings stand once")
    }

    @Test func `times are those of the place, in the table only`() throws {
        var table = try table(.tabs, "timestamp", zone: "Europe/Berlin")
        #expect(table.lines(of: [try record("{}")]) == ["TIME", "2024-01-31T11:00:00.123+01:00"])
    }

    @Test func `columns are fields, attributes and paths`() throws {
        let attributes =
            #"{"action":"Ré","n":1.50,"yes":true,"no":null,"o":{"a.b":[1,2]},"list":[{"x":"1"},{"x":2},{}],"action2":{}}"#
        var table = try table(
            .tabs, #"auditId,n,yes,no,o,o."a.b",list.x,action2,missing.deep,attributes,"a,b""#)
        let lines = table.lines(of: [try record(attributes)])
        #expect(
            lines[0].split(separator: "\t") == [
                "AUDIT ID", "n", "yes", "no", "o", #"o."a.b""#, "list.x", "action2", "missing.deep",
                "attributes",
                #""a,b""#,
            ])
        #expect(
            lines[1].split(separator: "\t", omittingEmptySubsequences: false).map(String.init) == [
                "a-1", "1.50", "true", "", #"{"a.b":[1,2]}"#, "[1,2]", #"["1",2]"#, "{}", "", attributes, "",
            ])
        #expect(throws: (any Error).self) { try ShownColumn.list("userId,,action") }
        #expect(throws: (any Error).self) { try ShownColumn.list("source.ip,1x") }
    }

    @Test func `what steers a terminal or is seen by nobody is shown, and in a pipe only what breaks lines`()
        throws
    {
        let odd = try record(#"{"action":"a\u202eb\tc\nd\u001b[2J"}"#, user: "al\u{200B}ice")
        var terminal = try table(.lines(width: nil), "userId,action")
        #expect(
            terminal.lines(of: [odd])[1]
                == "al<U+200B>ice  a<U+202E>b<U+0009>c<U+000A>d<U+001B>[2J")
        var pipe = try table(.tabs, "userId,action")
        #expect(
            pipe.lines(of: [odd])[1]
                == "al\u{200B}ice\ta\u{202E}b<U+0009>c<U+000A>d<U+001B>[2J")
    }
}

@Suite struct VisibleTextTests {
    @Test(
        arguments: [
            "\u{1B}", "\u{7F}", "\u{9B}", "\u{AD}", "\u{34F}", "\u{61C}", "\u{115F}", "\u{200B}", "\u{200D}",
            "\u{200E}",
            "\u{2028}", "\u{2029}", "\u{202A}", "\u{202E}", "\u{2060}", "\u{2066}", "\u{2069}", "\u{3164}",
            "\u{FE0F}",
            "\u{FEFF}", "\u{FFF9}", "\u{E0041}",
        ] as [Unicode.Scalar])
    func `characters that nobody sees are shown by their code points`(_ scalar: Unicode.Scalar) throws {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        #expect("a\(scalar)b".printable == "a<U+\(code)>b")
        let json = Array("{\"a\":\"x\(scalar)y\"}\n".utf8)
        guard scalar.value >= 0x20 else { return }
        let visible = String(decoding: json.visibleJSON, as: UTF8.self)
        #expect(visible.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A }, "\(visible)")
        let page =
            #"{"records":[{"auditId":"a","timestamp":"2024-01-01T00:00:00Z","systemId":"s","userId":"#
            + String(decoding: Array("\"x\(scalar)y\"".utf8).visibleJSON, as: UTF8.self)
            + #","resourceId":"r","attributes":{}}],"count":1,"hasMore":false,"nextCursor":null,"range":{},"scope":{}}"#
        #expect(try AnswerPage(Array(page.utf8)).records()[0].userId == Identifier("x\(scalar)y"))
    }

    @Test func `all else is as it is`() {
        for text in ["", "plain ~", "zoë", "日本", "👩", "e\u{301}", "\u{A0}", "\\u202e", "\u{FFFD}"] {
            #expect(text.printable == text)
            #expect(Array("\"\(text)\"".utf8).visibleJSON == Array("\"\(text)\"".utf8))
        }
    }
}
