package import AuditRecords
package import JSONBytes

/// Writes records in a form. Reads and waits for nothing; costs 1 to 3 µs a record of 500 bytes.
package struct RecordFormWriter: Sendable {
    /// What it writes.
    package let form: RecordForm
    /// Of this program, as CEF's header and OCSF's product have it.
    private let version: [UInt8]

    /// A writer of a form, in a program of this version.
    package init(_ form: RecordForm, version: String) {
        self.form = form
        self.version = Array(version.utf8)
    }

    /// Appends a record, without a line's end.
    ///
    /// - Parameters:
    ///   - record: what is written.
    ///   - attributes: those of its attributes that may be seen: the bytes of a JSON object.
    ///   - line: what it is appended to; of no use behind its former end where this throws.
    /// - Throws: where the attributes are no JSON object. JSON has them as they are.
    package func append(
        _ record: AuditRecord, attributes: [UInt8], to line: inout [UInt8]
    ) throws(JSONFault) {
        switch form {
        case .json: line.append(answered: record, attributes)
        case .cef:
            CEFMessage(record, try RecordSummary(attributes), version).append(attributes, to: &line)
        case .ocsf:
            OCSFEvent(record, try RecordSummary(attributes), version).append(attributes, to: &line)
        }
    }
}

extension [UInt8] {
    /// Appends a record as the interface answers it, on one line: a line's end in JSON is white space, for a text has only escapes of it.
    mutating func append(answered record: AuditRecord, _ attributes: [UInt8]) {
        append(openingOf: record)
        if attributes.withUnsafeBytes({ ByteSearch.place(of: 0x0A, in: $0) == $0.count }) {
            append(contentsOf: attributes)
        } else {
            append(contentsOf: attributes.lazy.map { $0 == 0x0A ? UInt8(ascii: " ") : $0 })
        }
        append(UInt8(ascii: "}"))
    }
}

extension RecordForm {
    /// The record that a line of a form is of, as the interface answers it: what OCSF has in `unmapped`.
    ///
    /// - Parameter line: of JSON or OCSF, with or without its end.
    /// - Returns: the JSON text; nil where there is none.
    /// - Throws: where the line is no JSON object.
    package func answered(in line: [UInt8]) throws(JSONFault) -> [UInt8]? {
        switch self {
        case .json: return line
        case .cef: return nil
        case .ocsf:
            var cursor = try JSONCursor(line, allowsHalfPairs: true)
            var found: Range<Int>?
            try cursor.members { cursor, name throws(JSONFault) in
                let isSought = cursor.bytes[name.range].spells("\"unmapped\"")
                let value = try cursor.value()
                if isSought { found = value }
            }
            try cursor.end()
            return found.map { Array(cursor.bytes[$0]) }
        }
    }
}
