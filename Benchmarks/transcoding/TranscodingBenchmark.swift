internal import QueryService
internal import Foundation

/// Measures how fast a page of DynamoDB becomes records, and those an answer, beside Foundation's JSONDecoder
/// into a model of the same page: in turns, on one thread, by its processor time.
@main enum TranscodingBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let isPageOnly = arguments.first == "--page"
        guard let file = arguments.last, arguments.count == (isPageOnly ? 2 : 1) else {
            FileHandle.standardError.write(
                Data(
                    """
                    usage: transcoding-bench [--page] FILE

                    Measures how fast a page of the records in FILE, one JSON object a line, is read.
                    With --page, writes the page as DynamoDB would send it, and measures nothing.

                    """.utf8))
            exit(64)
        }
        let page = try Page(file: file)
        if isPageOnly { return FileHandle.standardOutput.write(Data(page.body)) }
        try measure(page)
    }

    private static func measure(_ page: Page) throws {
        let search = UnrestrictedSearch(
            store: EmptyStore(), cursors: try CursorSeal(secret: Array(repeating: 1, count: 32)),
            settings: ServiceSettings())
        let turns = try (0..<5).map { _ in try Turn(page, search: search) }
        print("page                                    \(page.body.count) bytes, \(page.recordCount) records")
        let ways = [
            ("QueryAnswer", \Turn.answer), ("QueryAnswer, and the answer written", \.written),
            ("JSONDecoder into a model", \.foundation),
        ]
        for (name, way) in ways {
            let rate = median(turns.map { Double(page.body.count) / $0[keyPath: way] / 1e6 })
            print("\(name.padding(toLength: 40, withPad: " ", startingAt: 0))\(rounded(rate)) MB/s a core")
        }
        let ratio = median(turns.map { $0.foundation / $0.answer })
        print("JSONDecoder's time over QueryAnswer's   \(rounded(ratio))")
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
