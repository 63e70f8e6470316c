package import AuditRecords
internal import JSONBytes

/// A page of records as the HTTP interface answers it, read by a client of it. It checks that the page is whole: who takes a
/// part of an answer for all of it would miss records.
package struct AnswerPage: Sendable {
    private let cursor: JSONCursor
    private var recordPlaces: [Range<Int>] = []
    private var list: Range<Int>?
    private var statedCount: Int?
    private var statesMore: Bool?
    private var statesCursor = false
    private var rangePlace: Range<Int>?
    private var scopePlace: Range<Int>?

    /// Where the next page begins; nil after the last.
    package private(set) var nextCursor: String?
    /// What was searched: from here on, if anything bounds it.
    package private(set) var start: String?
    /// What was searched: before this, if anything bounds it.
    package private(set) var end: String?
    /// The systems that the asking key may see, as patterns.
    package private(set) var systems: [String] = []

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
        guard list != nil, rangePlace != nil, scopePlace != nil, let statesMore, let statedCount, statesCursor
        else {
            throw AnswerPageError(
                description:
                    "one of its members is missing: records, count, hasMore, nextCursor, range, scope")
        }
        guard statedCount == recordPlaces.count else {
            throw AnswerPageError(
                description: "its count is \(statedCount), and it has \(recordPlaces.count)")
        }
        guard statesMore == (nextCursor != nil) else {
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
    package var rangeJSON: ArraySlice<UInt8> { rangePlace.map { cursor.bytes[$0] } ?? [] }

    /// The JSON of `scope`.
    package var scopeJSON: ArraySlice<UInt8> { scopePlace.map { cursor.bytes[$0] } ?? [] }

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
            switch String(decoding: name, as: UTF8.self) {
            case "records": try readRecords(&reader)
            case "count": statedCount = try reader.wholeNumber()
            case "hasMore":
                statesMore = reader.peek() == UInt8(ascii: "t")
                try reader.word(statesMore == true ? "true" : "false")
            case "nextCursor":
                statesCursor = true
                nextCursor = try Self.textOrNull(&reader)
            case "range": rangePlace = try readRange(&reader)
            case "scope": scopePlace = try readScope(&reader)
            default: _ = try reader.value()
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

    private mutating func readRange(_ reader: inout JSONCursor) throws(JSONFault) -> Range<Int> {
        _ = reader.peek()
        let place = reader.position
        var bounds: (start: String?, end: String?)
        try reader.envelope { reader, name throws(JSONFault) in
            switch String(decoding: name, as: UTF8.self) {
            case "start": bounds.start = try Self.textOrNull(&reader)
            case "end": bounds.end = try Self.textOrNull(&reader)
            default: _ = try reader.value()
            }
        }
        (start, end) = bounds
        return place..<reader.position
    }

    private mutating func readScope(_ reader: inout JSONCursor) throws(JSONFault) -> Range<Int> {
        _ = reader.peek()
        let place = reader.position
        var patterns: [String] = []
        try reader.envelope { reader, name throws(JSONFault) in
            guard name.spells("systems") else {
                _ = try reader.value()
                return
            }
            try reader.elements { reader throws(JSONFault) in
                patterns.append(String(decoding: try reader.text(try reader.string()), as: UTF8.self))
            }
        }
        systems = patterns
        return place..<reader.position
    }

    private static func textOrNull(_ reader: inout JSONCursor) throws(JSONFault) -> String? {
        guard reader.peek() != UInt8(ascii: "n") else {
            try reader.word("null")
            return nil
        }
        return String(decoding: try reader.text(try reader.string()), as: UTF8.self)
    }

    private func record(at place: Range<Int>) throws -> AuditRecord {
        var reader = cursor
        reader.position = place.lowerBound
        var fields: [String: [UInt8]] = [:]
        var attributes: Range<Int>?
        try reader.envelope { reader, name throws(JSONFault) in
            let name = String(decoding: name, as: UTF8.self)
            switch name {
            case "auditId", "timestamp", "systemId", "userId", "resourceId":
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
        return AuditRecord(
            key: try RecordKey(
                systemId: Identifier(systemId), timestamp: timestamp, auditId: Identifier(auditId)),
            userId: Identifier(userId), resourceId: Identifier(resourceId),
            attributes: Array(cursor.bytes[attributes]))
    }
}

/// Why an answer is no page of records.
package struct AnswerPageError: Error, CustomStringConvertible {
    /// What is wrong, for a person to read.
    package let description: String
}
