package import JSONBytes

extension RecordSearch {
    /// The words of the normal form.
    package var words: [[UInt8]] { text.split(separator: UInt8(ascii: " ")).map { Array($0) } }

    /// What searches look at of a record, for an index: each string folded, a line each. Control characters, which no word has, are
    /// ends of lines, too. Costs one pass over the record's attributes.
    ///
    /// - Throws: where they are no JSON object.
    package static func text(of record: AuditRecord) throws(JSONFault) -> [UInt8] {
        var text: [UInt8] = []
        func append(_ string: Span<UInt8>) {
            for byte in CaseFolding.folded(string) {
                // C1 controls, of two bytes, stand in no word either; they may stay.
                text.append(byte < 0x20 || byte == 0x7F ? newline : byte)
            }
            text.append(newline)
        }
        append(record.key.auditId.bytes.span)
        append(record.key.systemId.bytes.span)
        append(record.userId.bytes.span)
        append(record.resourceId.bytes.span)
        var cursor = try JSONCursor(record.attributes)
        try cursor.strings { cursor, token throws(JSONFault) in
            let string = try cursor.text(token)
            append(string.span)
        }
        return text
    }

    private static let newline = UInt8(ascii: "\n")
}

extension JSONCursor {
    /// Passes a value, and calls the body behind each string in it that is a value. Names of members are none.
    mutating func strings(
        depth: Int = 0, _ body: (JSONCursor, JSONToken) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        switch peek() {
        case UInt8(ascii: "\""): try body(self, try string())
        case UInt8(ascii: "{"):
            try checkDepth(depth, below: Self.maximumSkippedDepth)
            try members { cursor, _ throws(JSONFault) in try cursor.strings(depth: depth + 1, body) }
        case UInt8(ascii: "["):
            try checkDepth(depth, below: Self.maximumSkippedDepth)
            try elements { cursor throws(JSONFault) in try cursor.strings(depth: depth + 1, body) }
        default: _ = try value(depth: depth)
        }
    }
}
