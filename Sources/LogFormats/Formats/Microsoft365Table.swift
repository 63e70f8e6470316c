/// The unified audit log of Microsoft 365 as a table, which Purview and Export-Csv write: the column `AuditData` has the
/// events. The others repeat them.
struct Microsoft365Table: TextEvents {
    private let times: TimeReader
    private var rows = CSVRowReader()
    private var column: Int?
    /// Nothing is read of a table without that column.
    private var isOther = false

    init(_ times: TimeReader) {
        self.times = times
    }

    mutating func take(_ line: TextLine) -> [TextEvent] {
        // PowerShell's Export-Csv writes the type of the rows before the header.
        if line.number == 1, line.bytes.begins(with: "#TYPE") { return [] }
        guard !isOther, let row = rows.take(line.bytes, number: line.number) else { return [] }
        return take(row)
    }

    mutating func end() -> [TextEvent] {
        guard !isOther else { return [] }
        if let row = rows.end() { return take(row) }
        return column == nil ? [TextEvent(line: 1, refused: Self.noColumn)] : []
    }

    private static let noColumn = "has no column AuditData"

    private mutating func take(_ row: CSVRow) -> [TextEvent] {
        guard let column else {
            column = row.cells?.firstIndex { $0.value.elementsEqual("AuditData".utf8) }
            guard column == nil else { return [] }
            isOther = true
            return [TextEvent(line: 1, refused: Self.noColumn)]
        }
        switch row.content {
        case .tooLong: return [TextEvent(line: row.line, refused: TextLines.tooLong)]
        case .cells(let cells) where cells.count > column:
            let text = cells[column].value[...].trimmed
            return [
                TextEvent(line: row.line, text: row.text) { () throws(EventFault) in
                    try Microsoft365().event(
                        text: text, times,
                        orFail: "AuditData is no JSON object (cut off by a spreadsheet?)")
                }
            ]
        case .cells, .cutOff:
            return [TextEvent(line: row.line, text: row.text, refused: "the row ends early")]
        }
    }
}
