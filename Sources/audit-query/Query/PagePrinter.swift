import QueryService

/// Writes pages on standard output as they come. The one place that does.
struct PagePrinter {
    private enum Form {
        case table(RecordTable)
        /// One page, as the HTTP interface answers it.
        case page
        /// All pages, as one answer.
        case stream(AnswerStream)
    }

    private var form: Form
    /// Records that were written.
    private(set) var count = 0

    /// A table.
    init(_ table: RecordTable) {
        form = .table(table)
    }

    /// JSON, of one page or of all.
    init(jsonOfAll: Bool) {
        form = jsonOfAll ? .stream(AnswerStream()) : .page
    }

    mutating func print(_ page: FoundPage) throws {
        switch form {
        case .table(var table):
            let lines = table.lines(of: try page.records(), bold: Console.bold)
            form = .table(table)
            if !lines.isEmpty { try Console.output(lines.joined(separator: "\n")) }
        case .page: try printJSON(try page.answer().body)
        case .stream(var stream):
            let bytes = stream.bytes(of: try page.answer())
            form = .stream(stream)
            try printJSON(bytes)
        }
        count += page.count
    }

    /// After the last page.
    func finish() throws {
        if case .stream(let stream) = form { try printJSON(stream.end()) }
    }

    private func printJSON(_ bytes: [UInt8]) throws {
        try Console.output(Console.isOutputTerminal ? bytes.visibleJSON : bytes)
    }
}
