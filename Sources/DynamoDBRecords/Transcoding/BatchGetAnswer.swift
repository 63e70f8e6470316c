package import AuditRecords
package import JSONBytes

/// What DynamoDB answers to a BatchGetItem of one table (Amazon DynamoDB API Reference, BatchGetItem).
package struct BatchGetAnswer: Sendable {
    /// The items that were found, as records, in any order.
    package private(set) var records: [AuditRecord] = []
    /// The value of the table in UnprocessedKeys as it came, to be sent again in RequestItems; nil when every
    /// key was processed.
    package private(set) var unprocessedKeys: [UInt8]?
    /// How many keys those are.
    package private(set) var unprocessedCount = 0
    /// Capacity units; 0 when the answer does not say.
    package private(set) var consumedCapacity = 0.0

    /// Reads the body of an answer, all of it.
    ///
    /// - Throws: where the body is no such answer, or an item is no record.
    package init(_ body: [UInt8], table: String) throws(JSONFault) {
        var cursor = try JSONCursor(body)
        var hasResponses = false
        try cursor.envelope { cursor, name throws(JSONFault) in
            if name.spells("Responses") {
                hasResponses = true
                try cursor.tables(table) { cursor throws(JSONFault) in
                    records = try cursor.records()
                }
            } else if name.spells("UnprocessedKeys") {
                try cursor.tables(table) { cursor throws(JSONFault) in
                    try take(unprocessedKeys: &cursor)
                }
            } else if name.spells("ConsumedCapacity") {
                consumedCapacity = try cursor.consumedCapacity()
            } else {
                _ = try cursor.value()
            }
        }
        try cursor.end()
        guard hasResponses else {
            throw JSONFault(offset: body.count, detail: "Responses is missing")
        }
    }

    private mutating func take(unprocessedKeys cursor: inout JSONCursor) throws(JSONFault) {
        _ = cursor.peek()
        let start = cursor.position
        var isEmpty = true
        try cursor.envelope { cursor, name throws(JSONFault) in
            isEmpty = false
            guard name.spells("Keys") else {
                _ = try cursor.value()
                return
            }
            try cursor.elements { cursor throws(JSONFault) in
                _ = try cursor.value()
                unprocessedCount += 1
            }
        }
        unprocessedKeys = isEmpty ? nil : Array(cursor.bytes[start..<cursor.position])
    }
}
