internal import AuditRecords
internal import JSONBytes

/// Reads a line as most programs write it: the five members are strings without escapes, and nothing is wrong with it. In one
/// pass, without a copy of each member, for nearly all lines of nearly all files are such.
///
/// It reads no other line, good or bad: that is for ``RecordLine``, which also says what is wrong.
struct PlainLine {
    private var auditId: Range<Int>?
    private var timestamp: Range<Int>?
    private var systemId: Range<Int>?
    private var userId: Range<Int>?
    private var resourceId: Range<Int>?
    private var attributes: [UInt8] = []

    /// The record of a line, which every store can hold; nil of a line that is not such a one.
    static func record(_ line: [UInt8]) -> AuditRecord? {
        do throws(JSONFault) {
            var cursor = try JSONCursor(line)
            var reader = PlainLine()
            reader.attributes.reserveCapacity(line.count)
            reader.attributes.append(UInt8(ascii: "{"))
            try cursor.members { cursor, name throws(JSONFault) in try reader.take(name, &cursor) }
            try cursor.end()
            reader.attributes.append(UInt8(ascii: "}"))
            return reader.record(cursor.bytes)
        } catch {
            return nil
        }
    }

    private mutating func take(_ name: JSONToken, _ cursor: inout JSONCursor) throws(JSONFault) {
        let text = cursor.bytes[(name.range.lowerBound + 1)..<(name.range.upperBound - 1)]
        switch text.count {
        case 2 where text.spells("id"): throw Self.notPlain
        case 6 where text.spells("userId"): try Self.take(&userId, &cursor)
        case 7 where text.spells("auditId"): try Self.take(&auditId, &cursor)
        case 8 where text.spells("systemId"): try Self.take(&systemId, &cursor)
        case 9 where text.spells("timestamp"): try Self.take(&timestamp, &cursor)
        case 10 where text.spells("resourceId"): try Self.take(&resourceId, &cursor)
        case _ where name.hasEscapes: throw Self.notPlain
        default:
            let value = try cursor.value()
            if attributes.count > 1 { attributes.append(UInt8(ascii: ",")) }
            guard value.lowerBound > name.range.upperBound + 1 else {
                return attributes.append(contentsOf: cursor.bytes[name.range.lowerBound..<value.upperBound])
            }
            attributes.append(contentsOf: cursor.bytes[name.range])
            attributes.append(UInt8(ascii: ":"))
            attributes.append(contentsOf: cursor.bytes[value])
        }
    }

    private static func take(_ member: inout Range<Int>?, _ cursor: inout JSONCursor) throws(JSONFault) {
        let value = try cursor.string()
        guard member == nil, !value.hasEscapes else { throw notPlain }
        member = (value.range.lowerBound + 1)..<(value.range.upperBound - 1)
    }

    private func record(_ bytes: [UInt8]) -> AuditRecord? {
        guard let auditId, let timestamp, let systemId, let userId, let resourceId,
            let key = Self.key(bytes[systemId], bytes[timestamp], bytes[auditId])
        else { return nil }
        let record = AuditRecord(
            key: key, userId: Identifier(bytes[userId]), resourceId: Identifier(bytes[resourceId]),
            attributes: attributes)
        return RecordRules.isFit(record) ? record : nil
    }

    private static func key(
        _ system: ArraySlice<UInt8>, _ time: ArraySlice<UInt8>, _ audit: ArraySlice<UInt8>
    ) -> RecordKey? {
        let text = Array(time)
        guard let (instant, digits) = try? Timestamp.parse(text) else { return nil }
        let isSpeltAsStored =
            digits == 3 && text.count == 24 && text[10] == UInt8(ascii: "T") && text[23] == UInt8(ascii: "Z")
        return isSpeltAsStored
            ? RecordKey(
                systemId: Identifier(system), timestamp: text, of: instant, auditId: Identifier(audit))
            : RecordKey(systemId: Identifier(system), instant: instant, auditId: Identifier(audit))
    }

    /// Ends the reading of a line that another reads.
    private static let notPlain = JSONFault(offset: 0, detail: "is not plain")
}
