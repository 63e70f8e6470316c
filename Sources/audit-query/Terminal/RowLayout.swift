/// How rows stand on the lines of a terminal. Nothing is cut: columns that do not fit beside the others stand in further
/// lines, indented, and what is wider than its column goes on below.
struct RowLayout {
    private struct Place {
        let column: Int
        let width: Int
    }

    private static let gap = 2
    private static let indent = 2
    /// The least width of a column, on however narrow a terminal.
    private static let leastWidth = 8

    /// What stands on a row's lines.
    private let places: [[Place]]

    /// - Parameters:
    ///   - widths: What the columns' content takes, as far as it is known.
    ///   - limit: The columns of the terminal; nil for one line, however long.
    init(widths: [Int], limit: Int?) {
        let limit = limit ?? .max / 2
        var places: [[Place]] = [[]]
        var (lineStart, start) = (0, 0)
        for (column, known) in widths.enumerated() {
            // One wide character may come that is not known yet.
            let wanted = max(known, 2)
            if start > lineStart, start + wanted > limit {
                places.append([])
                (lineStart, start) = (Self.indent, Self.indent)
            }
            let width = min(wanted, max(limit - start, Self.leastWidth))
            places[places.count - 1].append(Place(column: column, width: width))
            start += width + Self.gap
        }
        self.places = places
    }

    /// The widths that these rows take.
    static func widths(of rows: [[String]]) -> [Int] {
        guard let first = rows.first else { return [] }
        return first.indices.map { column in rows.map { $0[column].displayWidth }.max() ?? 0 }
    }

    /// A row, line by line.
    func lines(of row: [String]) -> [String] {
        places.enumerated().flatMap { number, places in
            let indent = number == 0 ? "" : String(repeating: " ", count: Self.indent)
            let cells = places.map { row[$0.column].wrapped(to: $0.width) }
            return (0..<(cells.map(\.count).max() ?? 0)).map { line in
                let texts = zip(places, cells).map { place, pieces in
                    (line < pieces.count ? pieces[line] : "").padded(to: place.width)
                }
                return Self.trimmed(indent + texts.joined(separator: String(repeating: " ", count: Self.gap)))
            }
        }
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
