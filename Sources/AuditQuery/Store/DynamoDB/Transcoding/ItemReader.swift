extension JSONCursor {
    /// Passes an array of typed items and returns the records that they are.
    mutating func records() throws(TranscodingError) -> [AuditRecord] {
        var items = ItemReader(self)
        let records = try items.records()
        self = items.cursor
        return records
    }
}

/// Turns typed items into records, one after the other, with one buffer for all of them.
private struct ItemReader {
    private var reader: PlainValueReader

    init(_ cursor: JSONCursor) {
        reader = PlainValueReader(cursor)
    }

    var cursor: JSONCursor { reader.cursor }

    mutating func records() throws(TranscodingError) -> [AuditRecord] {
        var records: [AuditRecord] = []
        try reader.cursor.expect("[")
        guard !reader.cursor.accept("]") else { return records }
        repeat { records.append(try record()) } while reader.cursor.accept(",")
        try reader.cursor.expect("]")
        return records
    }

    /// Passes one item.
    private mutating func record() throws(TranscodingError) -> AuditRecord {
        _ = reader.cursor.peek()
        var keys = ItemKeys(offset: reader.cursor.position)
        reader.begin()
        reader.write("{")
        try reader.cursor.expect("{")
        if !reader.cursor.accept("}") {
            repeat { try member(&keys) } while reader.cursor.accept(",")
            try reader.cursor.expect("}")
        }
        reader.write("}")
        return try keys.record(attributes: Array(reader.plain))
    }

    @inline(__always)
    private mutating func member(_ keys: inout ItemKeys) throws(TranscodingError) {
        let name = try reader.cursor.string()
        try reader.cursor.expect(":")
        if let key = try keyAttribute(name) {
            try keys.take(key, &reader.cursor)
            return
        }
        if reader.plain.count > 1 { reader.write(",") }
        reader.copy(name: name.range)
        try reader.value()
    }

    @inline(__always)
    private func keyAttribute(_ name: JSONToken) throws(TranscodingError) -> KeyAttribute? {
        guard !name.hasEscapes else { return KeyAttribute(try reader.cursor.text(name)) }
        // Looked at before there is a slice, which costs as much as reading the name.
        guard KeyAttribute.isFirst(reader.cursor.bytes[name.range.lowerBound + 1]) else { return nil }
        return KeyAttribute(reader.cursor.bytes[name.range.lowerBound + 1..<name.range.upperBound - 1])
    }
}
