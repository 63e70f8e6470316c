import Testing

@testable import LogFormats

/// What every store must be able to hold is seen to where lines become records, for nobody looks again behind it.
struct LineReaderTests {
    private static func line(auditId: String = "a-1", attribute: String) -> String {
        #"{"auditId":"\#(auditId)","timestamp":"2024-01-31T10:00:00.000Z","systemId":"s","userId":"u","resourceId":"r","#
            + #""n":\#(attribute)}"#
    }

    /// How many records are in a line, and how many are refused.
    private func counts(_ text: String) -> [Int] {
        var reader = LineReader()
        return reader.items(of: .bytes(Array(text.utf8))).reduce(into: [0, 0]) { counts, item in
            switch item {
            case .record: counts[0] += 1
            case .refused: counts[1] += 1
            case .part: break
            }
        }
    }

    private static let unfit = [
        line(attribute: #"{"a":1,"a":2}"#), line(attribute: #"{"":1}"#), line(attribute: #""\ud800""#),
        line(attribute: "123456789012345678901234567890123456789"), line(attribute: "1e126"),
        line(auditId: String(repeating: "a", count: 1000), attribute: "1"), line(auditId: "", attribute: "1"),
    ]

    @Test(arguments: unfit)
    func `a record that a store could not hold is refused, on a line and on a page`(line: String) {
        #expect(counts(line) == [0, 1])
        // White space is not plain, so the careful way reads it.
        #expect(counts(" " + line) == [0, 1])
        let fit = Self.line(attribute: #"{"a":1,"b":2}"#)
        #expect(counts(#"{"records":[\#(fit),\#(line),\#(fit)],"count":3}"#) == [2, 1])
    }

    @Test func `a record that nests too deep is refused`() {
        let deep = Self.line(attribute: String(repeating: "[", count: 40) + String(repeating: "]", count: 40))
        #expect(counts(deep) == [0, 1])
        #expect(counts(" " + deep) == [0, 1])
    }
}
