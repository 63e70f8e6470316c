package import AuditRecords
internal import JSONBytes

/// A page of records as the HTTP interface answers it, read by a client of it. It checks that the page is whole: who takes a
/// part of an answer for all of it would miss records.
package struct AnswerPage: Sendable {
    private let cursor: JSONCursor
    private var recordPlaces: [Range<Int>] = []
    private var list: Range<Int>?
    private var statedCount: Int?
    private var frame = AnswerFrame()

    /// Where the next page begins; nil after the last.
    package var nextCursor: String? { frame.nextCursor }
    /// What was searched: from here on, if anything bounds it.
    package var start: String? { frame.start }
    /// What was searched: before this, if anything bounds it.
    package var end: String? { frame.end }
    /// The systems that the asking key may see, as patterns.
    package var systems: [String] { frame.systems }

    /// Reads an answer's body.
    ///
    /// - Throws: why it is no page of records. Cost: one pass over it, and a copy.
    package init(_ body: [UInt8]) throws(AnswerPageError) {
        do throws(JSONFault) {
            cursor = try JSONCursor(body)
            try read()
        } catch {
            throw AnswerPageError(description: error.description)
        }
        guard list != nil, frame.isWhole, let statedCount else {
            throw AnswerPageError(
                description: "one of its members is missing: records, count, \(AnswerFrame.members)")
        }
        guard statedCount == recordPlaces.count else {
            throw AnswerPageError(
                description: "its count is \(statedCount), and it has \(recordPlaces.count)")
        }
        guard frame.isConsistent else {
            throw AnswerPageError(description: "hasMore and nextCursor contradict each other")
        }
    }

    /// The whole answer, as it came.
    package var body: [UInt8] { Array(cursor.bytes[..<cursor.count]) }

    /// How many records are on it.
    package var count: Int { recordPlaces.count }

    /// The records' JSON as it came, with commas between them.
    package var recordsJSON: ArraySlice<UInt8> { list.map { cursor.bytes[$0] } ?? [] }

    /// The JSON of `range`.
    package var rangeJSON: ArraySlice<UInt8> { frame.rangePlace.map { cursor.bytes[$0] } ?? [] }

    /// The JSON of `scope`.
    package var scopeJSON: ArraySlice<UInt8> { frame.scopePlace.map { cursor.bytes[$0] } ?? [] }

    /// The records, in order.
    ///
    /// - Throws: which of them is none.
    package func records() throws(AnswerPageError) -> [AuditRecord] {
        var records: [AuditRecord] = []
        records.reserveCapacity(recordPlaces.count)
        for (index, place) in recordPlaces.enumerated() {
            guard let record = try? record(at: place) else {
                throw AnswerPageError(description: "record \(index + 1) of the page is none")
            }
            records.append(record)
        }
        return records
    }

    private mutating func read() throws(JSONFault) {
        var reader = cursor
        try reader.envelope { reader, name throws(JSONFault) in
            let name = String(decoding: name, as: UTF8.self)
            switch name {
            case "records": try readRecords(&reader)
            case "count": statedCount = try reader.wholeNumber()
            default: if try !frame.take(name, &reader) { _ = try reader.value() }
            }
        }
        try reader.end()
    }

    private mutating func readRecords(_ reader: inout JSONCursor) throws(JSONFault) {
        _ = reader.peek()
        let start = reader.position
        var places: [Range<Int>] = []
        try reader.elements { reader throws(JSONFault) in
            _ = reader.peek()
            let start = reader.position
            // Attributes may nest as deep as anything that is passed may, so what they stand in is not passed with them.
            try reader.members { reader, _ throws(JSONFault) in _ = try reader.value() }
            places.append(start..<reader.position)
        }
        recordPlaces = places
        list = places.first.map { $0.lowerBound..<(places.last ?? $0).upperBound } ?? start + 1..<start + 1
    }

    private func record(at place: Range<Int>) throws -> AuditRecord {
        var reader = cursor
        reader.position = place.lowerBound
        return try AuditRecord(inAnswer: &reader)
    }
}

extension AuditRecord {
    /// Passes a record as the interface answers it.
    ///
    /// - Throws: why it is none.
    init(inAnswer reader: inout JSONCursor) throws {
        self = try Self.answered(&reader).record
    }

    /// Passes a record as the interface answers it, with the id that it says it has.
    ///
    /// - Throws: why it is none.
    static func answered(_ reader: inout JSONCursor) throws -> (record: AuditRecord, id: [UInt8]) {
        var fields: [String: [UInt8]] = [:]
        var attributes: Range<Int>?
        try reader.envelope { reader, name throws(JSONFault) in
            let name = String(decoding: name, as: UTF8.self)
            switch name {
            case "id", "auditId", "timestamp", "systemId", "userId", "resourceId":
                fields[name] = try reader.text(try reader.string())
            case "attributes":
                guard reader.peek() == UInt8(ascii: "{") else { throw reader.fault("'{' was expected") }
                attributes = try reader.value()
            default: _ = try reader.value()
            }
        }
        guard let auditId = fields["auditId"], let timestamp = fields["timestamp"],
            let systemId = fields["systemId"], let userId = fields["userId"],
            let resourceId = fields["resourceId"], let attributes
        else { throw reader.fault("a member is missing") }
        let record = AuditRecord(
            key: try RecordKey(
                systemId: Identifier(systemId), timestamp: timestamp, auditId: Identifier(auditId)),
            userId: Identifier(userId), resourceId: Identifier(resourceId),
            attributes: Array(reader.bytes[attributes]))
        return (record, fields["id"] ?? [])
    }
}

/// Why an answer is no page of records.
package struct AnswerPageError: Error, CustomStringConvertible {
    /// What is wrong, for a person to read.
    package let description: String

    /// An error of its description.
    package init(description: String) { self.description = description }
}
