import AuditRecords
import JSONBytes
import QueryService
import RecordForms

/// Understands the rows of an export's files: lines of JSON, or of CSV whose columns say all of a record.
struct ExportedRows {
    enum Row {
        case record(AuditRecord)
        /// One that has not all of a record.
        case part
        /// The names of columns.
        case heading
        /// What is wrong with it, for a person to read.
        case fault(String)
    }

    /// The most bytes of a row: those of the largest record, each of which CSV may write twice.
    private static let mostBytes = 32 << 20

    private let header: [UInt8]?
    private let columns: [String]
    private let isWhole: Bool
    private let form: RecordForm
    private var row: [UInt8] = []
    private var isInQuotes = false
    private var isAtStart = true
    private var isSkipping = false

    /// Rows of a form.
    init(_ form: ExportManifest.Form) {
        let columns = form.columns?.compactMap { try? RecordColumn($0) }
        let isForSpreadsheets = form.isForSpreadsheets == true
        header = columns.map { RecordWriter(isForSpreadsheets ? .spreadsheet($0) : .csv($0)).header }
        self.columns = columns?.map(\.name) ?? []
        isWhole = Self.areWhole(form)
        self.form = form.schema == ExportManifest.Form.ocsf ? .ocsf : .json
    }

    /// Whether rows of a form say all of a record.
    static func areWhole(_ form: ExportManifest.Form) -> Bool {
        guard let columns = form.columns else { return true }
        let all: Set = ["timestamp", "userId", "resourceId", "systemId", "auditId", "attributes"]
        return form.isForSpreadsheets != true && all.isSubset(of: columns)
    }

    /// A file begins.
    mutating func begin() {
        row.removeAll(keepingCapacity: true)
        (isInQuotes, isAtStart, isSkipping) = (false, true, false)
    }

    /// Takes some bytes, and gives the rows that they end to a body.
    mutating func take(_ bytes: ArraySlice<UInt8>, _ body: (Row) throws -> Void) throws {
        var rest = bytes
        while let end = rest.place(of: UInt8(ascii: "\n")) {
            keep(rest[...end])
            rest = rest[(end + 1)...]
            // A line's end within quotes is part of a cell.
            if !isInQuotes { try finish(body) }
        }
        keep(rest)
    }

    /// The file ends.
    mutating func end(_ body: (Row) throws -> Void) throws {
        guard !row.isEmpty || isSkipping else { return }
        row = []
        try body(.fault("is cut off: it has no line's end"))
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        if header != nil {
            for byte in bytes where byte == UInt8(ascii: "\"") { isInQuotes.toggle() }
        }
        guard row.count + bytes.count <= Self.mostBytes else {
            isSkipping = true
            row.removeAll(keepingCapacity: true)
            return
        }
        if !isSkipping { row.append(contentsOf: bytes) }
    }

    private mutating func finish(_ body: (Row) throws -> Void) throws {
        defer {
            row.removeAll(keepingCapacity: true)
            (isAtStart, isSkipping) = (false, false)
        }
        guard !isSkipping else { return try body(.fault("is longer than any record")) }
        guard let header else { return try body(record(ofLine: row)) }
        guard !isAtStart else {
            return try body(row == header ? .heading : .fault("does not have the columns' names"))
        }
        try body(isWhole ? record(ofCells: Self.cells(row)) : .part)
    }

    private func record(ofLine line: [UInt8]) -> Row {
        do {
            guard let answered = try form.answered(in: line) else {
                return .fault("is no event with a record in unmapped")
            }
            return .record(try AnsweredRecord.read(answered))
        } catch {
            return .fault("\(error)")
        }
    }

    private func record(ofCells cells: [[UInt8]]) -> Row {
        guard cells.count == columns.count else {
            return .fault("has \(cells.count) cells, and not \(columns.count)")
        }
        var values: [String: [UInt8]] = [:]
        for (column, cell) in zip(columns, cells) { values[column] = cell }
        guard let timestamp = values["timestamp"], let system = values["systemId"],
            let id = values["auditId"], let user = values["userId"], let resource = values["resourceId"],
            let attributes = values["attributes"],
            let key = try? RecordKey(
                systemId: Identifier(system), timestamp: timestamp, auditId: Identifier(id))
        else { return .fault("is no record: its timestamp is none") }
        return .record(
            AuditRecord(
                key: key, userId: Identifier(user), resourceId: Identifier(resource), attributes: attributes))
    }

    /// The cells of a row (RFC 4180), its line's end included.
    static func cells(_ row: [UInt8]) -> [[UInt8]] {
        var cells: [[UInt8]] = [[]]
        var isInQuotes = false
        var place = 0
        let end = row.count - (row.suffix(2) == [0x0D, 0x0A] ? 2 : 1)
        while place < end {
            let byte = row[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\"") where isInQuotes && place < end && row[place] == byte:
                cells[cells.count - 1].append(byte)
                place += 1
            case UInt8(ascii: "\""): isInQuotes.toggle()
            case UInt8(ascii: ",") where !isInQuotes: cells.append([])
            default: cells[cells.count - 1].append(byte)
            }
        }
        return cells
    }
}
