package import JSONBytes

/// Writes records as lines: JSON, or CSV (RFC 4180). What the interface answers and what an export holds is written here.
package struct RecordWriter: Sendable {
    /// What the lines are.
    package enum Form: Sendable {
        /// A record a line, as it stands in an answer.
        case ndjson
        /// A row of these columns a record.
        case csv([RecordColumn])
        /// The same for spreadsheets: what they would take for a formula has an apostrophe before it, and a further column
        /// ``changedColumn`` says in which columns.
        case spreadsheet([RecordColumn])
    }

    /// The heading over the columns that were changed for a spreadsheet.
    package static let changedColumn = "cellsChanged"

    private let cells: RecordCells?
    private let isForSpreadsheets: Bool

    /// A writer of a form.
    package init(_ form: Form) {
        switch form {
        case .ndjson: (cells, isForSpreadsheets) = (nil, false)
        case .csv(let columns): (cells, isForSpreadsheets) = (RecordCells(columns), false)
        case .spreadsheet(let columns): (cells, isForSpreadsheets) = (RecordCells(columns), true)
        }
    }

    /// What stands before the first record: the names of columns.
    package var header: [UInt8] {
        guard let cells else { return [] }
        var line: [UInt8] = []
        let names = cells.columns.map { Array($0.name.utf8) }
        let changed = isForSpreadsheets ? [Array(Self.changedColumn.utf8)] : []
        for (index, name) in (names + changed).enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            line.append(csvCell: name[...])
        }
        line.append(ascii: "\r\n")
        return line
    }

    /// Appends a record.
    ///
    /// - Parameters:
    ///   - record: what is written.
    ///   - attributes: those of its attributes that may be seen.
    ///   - limit: the most bytes that there may be with it.
    ///   - lines: what it is appended to; of no use behind its former end where it does not fit.
    /// - Returns: whether it fits. Looked at after each cell: what is appended may be more by one of them.
    /// - Throws: where the attributes are no JSON object. NDJSON has them as they are.
    package func append(
        _ record: AuditRecord, attributes: [UInt8], within limit: Int, to lines: inout [UInt8]
    ) throws(JSONFault) -> Bool {
        guard let cells else {
            lines.append(openingOf: record)
            lines += attributes
            lines.append(json: "}\n")
            return lines.count <= limit
        }
        return try append(cells, of: record, attributes: attributes, within: limit, to: &lines)
    }

    private func append(
        _ cells: RecordCells, of record: AuditRecord, attributes: [UInt8], within limit: Int,
        to lines: inout [UInt8]
    ) throws(JSONFault) -> Bool {
        let found = try cells.find(in: attributes)
        var changed: [UInt8] = []
        var cell: [UInt8] = []
        for column in cells.columns.indices {
            if column > 0 { lines.append(UInt8(ascii: ",")) }
            cell.removeAll(keepingCapacity: true)
            let isText = cells.append(column, of: record, attributes: attributes, found, to: &cell)
            if isForSpreadsheets, isText, cell.looksLikeFormula {
                cell.insert(UInt8(ascii: "'"), at: 0)
                lines.append(csvCell: cell[...])
                if !changed.isEmpty { changed.append(UInt8(ascii: ",")) }
                changed += Array(cells.columns[column].name.utf8)
            } else if cell.isEmpty, cells.columns.count == 1, !isForSpreadsheets {
                // An empty line is passed over by many who read CSV.
                lines.append(ascii: "\"\"")
            } else {
                lines.append(csvCell: cell[...])
            }
            guard lines.count <= limit else { return false }
        }
        if isForSpreadsheets {
            lines.append(UInt8(ascii: ","))
            lines.append(csvCell: changed[...])
        }
        lines.append(ascii: "\r\n")
        return lines.count <= limit
    }
}

extension [UInt8] {
    /// A cell of CSV (RFC 4180 section 2): in quotes where it has a comma, a quote or a line's end.
    fileprivate mutating func append(csvCell cell: ArraySlice<UInt8>) {
        let needsQuotes = cell.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
        }
        guard needsQuotes else {
            append(contentsOf: cell)
            return
        }
        append(UInt8(ascii: "\""))
        var rest = cell
        while let quote = rest.place(of: UInt8(ascii: "\"")) {
            append(contentsOf: rest[...quote])
            append(UInt8(ascii: "\""))
            rest = rest[(quote + 1)...]
        }
        append(contentsOf: rest)
        append(UInt8(ascii: "\""))
    }

    /// Whether a spreadsheet may take a text for a formula: by its first character, as OWASP's page on CSV injection has them.
    fileprivate var looksLikeFormula: Bool {
        switch first {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0A, 0x0D:
            true
        // The same four in full width.
        case 0xEF: dropFirst().first == 0xBC && [0x9D, 0x8B, 0x8D, 0xA0].contains(dropFirst(2).first)
        default: false
        }
    }
}
