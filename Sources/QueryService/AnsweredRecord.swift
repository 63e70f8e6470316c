package import AuditRecords
internal import JSONBytes

/// One record as the interface answers it: a line of an export, or what `/v1/records/{id}` says.
package enum AnsweredRecord {
    /// Reads one. Costs 1 to 2 µs where its members stand as they are written.
    ///
    /// - Throws: why it is none, or that its id is another one's.
    package static func read(_ json: [UInt8]) throws(AnswerPageError) -> AuditRecord {
        do {
            var reader = try JSONCursor(json, allowsHalfPairs: true)
            let (record, id) = try written(&reader) ?? anyway(&reader)
            try reader.end()
            guard record.key.id == id else { throw reader.fault("its id is another record's") }
            return record
        } catch {
            throw AnswerPageError(description: "is no record: \(error)")
        }
    }

    /// Reads one whose members stand in another order, or beside others.
    private static func anyway(_ reader: inout JSONCursor) throws -> (record: AuditRecord, id: [UInt8]) {
        reader.position = 0
        return try AuditRecord.answered(&reader)
    }

    /// Nil where the members are not exactly those, in this order.
    private static func written(_ reader: inout JSONCursor) throws -> (record: AuditRecord, id: [UInt8])? {
        guard reader.accept("{"), let id = try text("\"id\"", &reader, endsWith: ","),
            let auditId = try text("\"auditId\"", &reader, endsWith: ","),
            let timestamp = try text("\"timestamp\"", &reader, endsWith: ","),
            let systemId = try text("\"systemId\"", &reader, endsWith: ","),
            let userId = try text("\"userId\"", &reader, endsWith: ","),
            let resourceId = try text("\"resourceId\"", &reader, endsWith: ","),
            try name("\"attributes\"", &reader), reader.peek() == UInt8(ascii: "{")
        else { return nil }
        let attributes = try reader.value()
        guard reader.accept("}") else { return nil }
        let key = try RecordKey(
            systemId: Identifier(systemId), timestamp: timestamp, auditId: Identifier(auditId))
        let record = AuditRecord(
            key: key, userId: Identifier(userId), resourceId: Identifier(resourceId),
            attributes: Array(reader.bytes[attributes]))
        return (record, id)
    }

    private static func text(
        _ name: StaticString, _ reader: inout JSONCursor, endsWith end: Unicode.Scalar
    ) throws -> [UInt8]? {
        guard try self.name(name, &reader), reader.peek() == UInt8(ascii: "\"") else { return nil }
        let text = try reader.text(try reader.string())
        return reader.accept(end) ? text : nil
    }

    private static func name(_ name: StaticString, _ reader: inout JSONCursor) throws -> Bool {
        guard reader.peek() == UInt8(ascii: "\"") else { return false }
        let token = try reader.string()
        return reader.bytes[token.range].spells(name) && reader.accept(":")
    }
}
