import AuditRecords
import JSONBytes
import RecordForms

/// Writes records as the lines of an export.
enum ExportLines {
    /// As the interface answers lines.
    case rows(RecordWriter)
    /// As other programs take them.
    case events(RecordFormWriter)

    /// What stands before the first record.
    var header: [UInt8] {
        switch self {
        case .rows(let writer): writer.header
        case .events: []
        }
    }

    /// Appends a record with its line's end.
    func append(_ record: AuditRecord, to bytes: inout [UInt8]) throws(JSONFault) {
        switch self {
        case .rows(let writer):
            _ = try writer.append(record, attributes: record.attributes, within: .max, to: &bytes)
        case .events(let writer):
            try writer.append(record, attributes: record.attributes, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
    }
}
