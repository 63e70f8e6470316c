package import JSONBytes

/// What DynamoDB answers to a BatchWriteItem of one table (Amazon DynamoDB API Reference, BatchWriteItem).
package struct BatchWriteAnswer: Sendable {
    /// The value of the table in UnprocessedItems as it came, an array, to be sent again in RequestItems; nil
    /// when every item was written.
    package private(set) var unprocessedItems: [UInt8]?
    /// How many items were not written.
    package private(set) var unprocessedCount = 0

    /// Reads the body of an answer, all of it.
    ///
    /// - Throws: where the body is no such answer. One that does not say what was left unprocessed is none:
    ///   what it means is unknown, and items could be lost.
    package init(_ body: [UInt8], table: String) throws(JSONFault) {
        var cursor = try JSONCursor(body)
        var saysWhatIsLeft = false
        try cursor.envelope { cursor, name throws(JSONFault) in
            if name.spells("UnprocessedItems") {
                saysWhatIsLeft = true
                try cursor.tables(table) { cursor throws(JSONFault) in
                    try take(unprocessedItems: &cursor)
                }
            } else {
                _ = try cursor.value()
            }
        }
        try cursor.end()
        guard saysWhatIsLeft else {
            throw JSONFault(offset: body.count, detail: "UnprocessedItems is missing")
        }
    }

    private mutating func take(unprocessedItems cursor: inout JSONCursor) throws(JSONFault) {
        _ = cursor.peek()
        let start = cursor.position
        var count = 0
        try cursor.elements { cursor throws(JSONFault) in
            _ = try cursor.value()
            count += 1
        }
        unprocessedCount = count
        unprocessedItems = count == 0 ? nil : Array(cursor.bytes[start..<cursor.position])
    }
}
