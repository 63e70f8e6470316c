package import AuditRecords
internal import JSONBytes

/// An answer of `/v1/changes`, read by a client of it. It checks that it is whole.
package struct ChangesPage: Sendable {
    /// What came, the first to come first.
    package private(set) var records: [AuditRecord] = []
    /// Where to go on.
    package private(set) var next = ""
    /// Whether more may be there already.
    package private(set) var hasMore = false

    /// Reads an answer's body.
    ///
    /// - Throws: why it is none.
    package init(_ body: [UInt8]) throws(AnswerPageError) {
        var members: Set<String> = []
        var count: Int?
        do {
            var reader = try JSONCursor(body)
            var places: [Range<Int>] = []
            try reader.envelope { reader, name throws(JSONFault) in
                let name = String(decoding: name, as: UTF8.self)
                members.insert(name)
                switch name {
                case "records":
                    try reader.elements { reader throws(JSONFault) in
                        _ = reader.peek()
                        let start = reader.position
                        try reader.members { reader, _ throws(JSONFault) in _ = try reader.value() }
                        places.append(start..<reader.position)
                    }
                case "count": count = try reader.wholeNumber()
                case "hasMore":
                    hasMore = reader.peek() == UInt8(ascii: "t")
                    try reader.word(hasMore ? "true" : "false")
                case "next":
                    next = String(decoding: try reader.text(try reader.string()), as: UTF8.self)
                default: _ = try reader.value()
                }
            }
            try reader.end()
            for place in places {
                reader.position = place.lowerBound
                records.append(try AuditRecord(inAnswer: &reader))
            }
        } catch {
            throw AnswerPageError(description: "\(error)")
        }
        guard members.isSuperset(of: ["records", "count", "hasMore", "next"]), !next.isEmpty else {
            throw AnswerPageError(
                description: "one of its members is missing: records, count, hasMore, next")
        }
        guard count == records.count else {
            throw AnswerPageError(description: "its count is not that of its \(records.count) records")
        }
    }
}
