import TestSupport
import Testing
@testable import AuditRecords
@testable import DemoData
@testable import StoreConformance

/// Lines are what a careful reader of CSV and of JSON makes records of again.
@Suite struct RecordWriterTests {
    private func lines(_ form: RecordWriter.Form, _ records: [AuditRecord]) throws -> String {
        let writer = RecordWriter(form)
        var lines = writer.header
        for record in records {
            let fits = try writer.append(record, attributes: record.attributes, within: .max, to: &lines)
            #expect(fits)
        }
        return String(decoding: lines, as: UTF8.self)
    }

    private func columns(_ list: String) throws -> [RecordColumn] {
        try RecordColumn.list(Array(list.utf8))
    }

    private func record(_ attributes: String, user: Identifier = "u") -> AuditRecord {
        TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: user, attributes: attributes)
    }

    @Test func `cells are exact`() throws {
        let cells = [
            (#"{"x":"plain"}"#, "plain"), (#"{"x":" a "}"#, " a "), (#"{"x":"a,b"}"#, "\"a,b\""),
            (#"{"x":"a\"b\""}"#, "\"a\"\"b\"\"\""), (#"{"x":"a\nb\r"}"#, "\"a\nb\r\""),
            (#"{"x":1.50}"#, "1.50"),
            (
                #"{"x":-12345678901234567890123456789012345678e+2}"#,
                "-12345678901234567890123456789012345678e+2"
            ),
            (#"{"x":true}"#, "true"), (#"{"x":null}"#, ""), (#"{"y":1}"#, ""), (#"{}"#, ""),
            (#"{"x":""}"#, ""), (#"{"x":{"a":[1, 2]}}"#, "\"{\"\"a\"\":[1, 2]}\""), (#"{"x":[]}"#, "[]"),
            (#"{"\u0078":"\ud83d\ude00\u0000é"}"#, "😀\u{0}é"), (#"{"x":"\ud83d"}"#, #""""\ud83d""""#),
            (#"{"\ud83d":1,"x":2}"#, "2"), (#"{"y":{"x":1},"x":2}"#, "2"),
        ]
        for (attributes, cell) in cells {
            let text = try lines(.csv(columns("x,userId")), [record(attributes)])
            #expect(text == "x,userId\r\n\(cell),u\r\n", "\(attributes)")
        }
    }

    @Test func `paths lead through objects and arrays, and attributes are all of them`() throws {
        let attributes = #"{"a":{"b.c":[{"d":1},{"d":"x"},{"d":null},[{"d":[2]}]]},"e":[{"f":"y"}]}"#
        let text = try lines(
            .csv(columns("a.\"b.c\".d, e.f, a, attributes, \"attributes\"")), [record(attributes)])
        let json = "\"" + attributes.replacing("\"", with: "\"\"") + "\""
        #expect(
            text == "\"a.\"\"b.c\"\".d\",e.f,a,attributes,\"\"\"attributes\"\"\"\r\n"
                + "\"[1,\"\"x\"\",[2]]\",y,\"{\"\"b.c\"\":[{\"\"d\"\":1},{\"\"d\"\":\"\"x\"\"},{\"\"d\"\":null},"
                + "[{\"\"d\"\":[2]}]]}\",\(json),\r\n"
        )
    }

    @Test func `a row of one empty cell is no empty line`() throws {
        #expect(try lines(.csv(columns("x")), [record("{}"), record("{\"x\":1}")]) == "x\r\n\"\"\r\n1\r\n")
    }

    @Test func `what a spreadsheet takes for a formula is made a text, and said`() throws {
        for first in ["=", "+", "-", "@", "\\t", "\\r", "\\n", "＝", "＋", "－", "＠"] {
            let text = try lines(
                .spreadsheet(columns("x,y,n,userId")),
                [record("{\"x\":\"\(first)1\",\"y\":\"a=\",\"n\":-1}", user: "@u")])
            let cell = first.replacing("\\t", with: "\t").replacing("\\r", with: "\r").replacing(
                "\\n", with: "\n")
            let quote = ["\r", "\n"].contains(cell) ? "\"" : ""
            #expect(
                text == "x,y,n,userId,cellsChanged\r\n\(quote)'\(cell)1\(quote),a=,-1,'@u,\"x,userId\"\r\n")
        }
        let exact = try lines(.csv(columns("x")), [record("{\"x\":\"=1\"}")])
        #expect(exact == "x\r\n=1\r\n")
    }

    @Test func `a line that does not fit is said`() throws {
        let writer = RecordWriter(.csv(try columns("x,attributes")))
        let record = record(#"{"x":"aaaa"}"#)
        var whole: [UInt8] = []
        _ = try writer.append(record, attributes: record.attributes, within: .max, to: &whole)
        for limit in [0, 3, whole.count - 1, whole.count] {
            var lines: [UInt8] = []
            let fits = try writer.append(record, attributes: record.attributes, within: limit, to: &lines)
            #expect(fits == (limit == whole.count))
        }
    }

    @Test func `lists of columns are read, or what is wrong with them is said`() throws {
        #expect(try columns("a, \"b,c\".d,timestamp").map(\.name) == ["a", "\"b,c\".d", "timestamp"])
        for list in ["", ",", "a,", "a,,b", "a,a", "a b", "a.", "\"a", String(repeating: "a", count: 2049)] {
            #expect(throws: RecordColumnError.self, "\(list)") { try columns(list) }
        }
        #expect(throws: RecordColumnError.self) {
            try columns((0...64).map { "a\($0)" }.joined(separator: ","))
        }
        #expect(throws: RecordColumnError.self) { try RecordColumn.list([0x61, 0xFF]) }
    }

    /// Read by a reader that knows nothing of the writer.
    @Test func `rows of random records are read again as they were`() throws {
        forAll(cases: 50) { random in
            let records = (0..<10).map { _ in
                TestRecord.make(
                    "a", at: "2024-02-29T12:00:00Z",
                    user: Identifier(random.pick(["u", "a,b", "\"", "\r\n", "é\n"])),
                    attributes: RandomJSON(random: random.fork()).object())
            }
            let text = try lines(.csv(columns("userId,attributes,timestamp")), records)
            let rows = CSVText.rows(text)
            try require(rows.count == 11, text)
            for (record, row) in zip(records, rows.dropFirst()) {
                let expected = [
                    record.userId.description, String(decoding: record.attributes, as: UTF8.self),
                    "2024-02-29T12:00:00.000Z",
                ]
                try require(row.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, text)
            }
        }
    }
}

/// A reader of RFC 4180, character by character.
private enum CSVText {
    static func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = String.UnicodeScalarView()
        var isQuoted = false
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"":
                cell.append(scalar)
                scalars.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                row.append(String(cell))
                cell = .init()
            case "\r" where !isQuoted && scalars.first == "\n":
                scalars.removeFirst()
                rows.append(row + [String(cell)])
                row = []
                cell = .init()
            default: cell.append(scalar)
            }
        }
        return rows
    }
}
