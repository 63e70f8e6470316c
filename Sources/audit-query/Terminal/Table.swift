/// Rows under headings: aligned for people, separated by tabs for programs.
struct Table {
    let headings: [String]
    private(set) var rows: [[String]] = []

    init(_ headings: [String]) {
        self.headings = headings
    }

    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    func print() throws(OutputError) {
        guard Console.isOutputTerminal else {
            for row in [headings] + rows { try Console.output(row.map(\.unbroken).joined(separator: "\t")) }
            return
        }
        let rows = rows.map { $0.map(\.printable) }
        let layout = RowLayout(
            widths: RowLayout.widths(of: [headings] + rows), limit: Console.width ?? Console.usualWidth)
        for line in layout.lines(of: headings) { try Console.output(Console.bold(line)) }
        for row in rows { for line in layout.lines(of: row) { try Console.output(line) } }
    }
}
