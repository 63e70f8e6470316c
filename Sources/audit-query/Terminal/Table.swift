/// Rows under headings: aligned and cut to the terminal's width for people, separated by tabs for programs.
struct Table {
    let headings: [String]
    private(set) var rows: [[String]] = []

    init(_ headings: [String]) {
        self.headings = headings
    }

    mutating func add(_ row: [String]) {
        rows.append(row.map(\.printable))
    }

    func print() throws(OutputError) {
        guard Console.isOutputTerminal else {
            try Console.output(headings.joined(separator: "\t"))
            for row in rows { try Console.output(row.joined(separator: "\t")) }
            return
        }
        let widths = fitted(to: Console.width ?? 80)
        let (bold, plain) = Console.usesColour ? ("\u{1B}[1m", "\u{1B}[0m") : ("", "")
        try Console.output(bold + line(headings, widths) + plain)
        for row in rows { try Console.output(line(row, widths)) }
    }

    private func line(_ row: [String], _ widths: [Int]) -> String {
        zip(row, widths).map { text, width in
            text.count > width
                ? text.prefix(max(0, width - 1)) + "…"
                : text + String(repeating: " ", count: width - text.count)
        }.joined(separator: "  ")
    }

    /// The widths of the columns: what their content needs, the widest ones cut until the line fits.
    private func fitted(to width: Int) -> [Int] {
        var widths = headings.indices.map { column in
            ([headings] + rows).map { $0[column].count }.max() ?? 0
        }
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8
        {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
