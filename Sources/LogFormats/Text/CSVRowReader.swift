/// A row of comma separated values.
struct CSVRow {
    struct Cell {
        var value: [UInt8] = []
        /// Whether it has quotes, or part of it does: so an empty text is told from none.
        var isQuoted = false
    }

    enum Content {
        case cells([Cell])
        /// The text ends within quotes.
        case cutOff
        case tooLong
    }

    /// The line where it begins.
    let line: Int
    let content: Content
    /// Its lines as they came; none of one that is too long.
    let lines: [[UInt8]]

    /// As it came; nil of one that is too long.
    var text: [UInt8]? { lines.isEmpty ? nil : Array(lines.joined(separator: [UInt8(ascii: "\n")])) }

    var cells: [Cell]? { if case .cells(let cells) = content { cells } else { nil } }
}

/// Joins lines to rows (RFC 4180): a row goes on where its line ends within quotes. Empty rows are left out.
struct CSVRowReader {
    private var cells: [CSVRow.Cell] = []
    private var cell = CSVRow.Cell()
    private var isInside = false
    /// The line where the row that goes on begins.
    private var start: Int?
    private var byteCount = 0
    private var lines: [[UInt8]] = []

    /// Whether the row that goes on has more bytes than a line may have.
    var isTooLong: Bool { byteCount > LineSplitter.maximumLineByteCount }

    /// The rows of a text.
    static func rows(of text: ArraySlice<UInt8>) -> [CSVRow] {
        var reader = CSVRowReader()
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var rows = lines.enumerated().compactMap { reader.take(Array($0.element), number: $0.offset + 1) }
        if let row = reader.end() { rows.append(row) }
        return rows
    }

    /// The row that a line ends.
    mutating func take(_ line: [UInt8], number: Int) -> CSVRow? {
        let start = start ?? number
        self.start = start
        byteCount += line.count + 1
        if isTooLong { lines = [] } else { lines.append(line) }
        take(line)
        if isInside {
            if !isTooLong { cell.value.append(UInt8(ascii: "\n")) }
            return nil
        }
        if cell.value.last == UInt8(ascii: "\r") { cell.value.removeLast() }
        let row = CSVRow(line: start, content: isTooLong ? .tooLong : .cells(cells + [cell]), lines: lines)
        let isEmpty = cells.isEmpty && cell.value.isEmpty && !cell.isQuoted && !isTooLong
        self = CSVRowReader()
        return isEmpty ? nil : row
    }

    /// The row within whose quotes the text ends.
    mutating func end() -> CSVRow? {
        guard let start else { return nil }
        let row = CSVRow(line: start, content: isTooLong ? .tooLong : .cutOff, lines: lines)
        self = CSVRowReader()
        return row
    }

    private mutating func take(_ line: [UInt8]) {
        var place = 0
        while place < line.count {
            let byte = line[place]
            place += 1
            switch (byte, isInside) {
            case (UInt8(ascii: "\""), true):
                let isDoubled = place < line.count && line[place] == UInt8(ascii: "\"")
                isInside = isDoubled
                if isDoubled {
                    place += 1
                    keep(byte)
                }
            case (UInt8(ascii: "\""), false):
                isInside = true
                cell.isQuoted = true
            case (UInt8(ascii: ","), false):
                if !isTooLong { cells.append(cell) }
                cell = CSVRow.Cell()
            default: keep(byte)
            }
        }
    }

    private mutating func keep(_ byte: UInt8) {
        if !isTooLong { cell.value.append(byte) }
    }
}
