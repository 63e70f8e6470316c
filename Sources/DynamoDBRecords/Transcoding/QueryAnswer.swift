package import AuditRecords
package import JSONBytes

/// What DynamoDB answers to a Query (Amazon DynamoDB API Reference, Query, Response Syntax).
package struct QueryAnswer: Sendable {
    /// The items, as records.
    package var records: [AuditRecord] = []
    /// The LastEvaluatedKey as it came, to be sent back as ExclusiveStartKey; nil at the end.
    package private(set) var lastEvaluatedKey: [UInt8]?
    /// The value of SK in it; nil at the end.
    package private(set) var lastSortKey: [UInt8]?
    /// How many items were read before the filter.
    package private(set) var scannedCount = 0
    /// Capacity units; 0 when the answer does not say.
    package private(set) var consumedCapacity = 0.0

    /// Reads the body of an answer, all of it.
    ///
    /// - Throws: where the body is no such answer, or an item is no record.
    package init(_ body: [UInt8]) throws(JSONFault) {
        var cursor = try JSONCursor(body)
        var records: [AuditRecord]?
        var scannedCount: Int?
        try cursor.envelope { cursor, name throws(JSONFault) in
            if name.spells("Items") {
                records = try cursor.records()
            } else if name.spells("LastEvaluatedKey") {
                try take(lastEvaluatedKey: &cursor)
            } else if name.spells("ScannedCount") {
                scannedCount = try cursor.wholeNumber()
            } else if name.spells("ConsumedCapacity") {
                consumedCapacity = try cursor.consumedCapacity()
            } else {
                _ = try cursor.value()
            }
        }
        try cursor.end()
        guard let records else { throw JSONFault(offset: body.count, detail: "Items is missing") }
        self.records = records
        self.scannedCount = scannedCount ?? records.count
    }

    private mutating func take(lastEvaluatedKey cursor: inout JSONCursor) throws(JSONFault) {
        guard cursor.peek() != UInt8(ascii: "n") else { return try cursor.word("null") }
        let start = cursor.position
        var sortKey: [UInt8]?
        var indexSortKey: [UInt8]?
        try cursor.envelope { cursor, name throws(JSONFault) in
            guard try cursor.openTypedValue() == .string else {
                throw cursor.fault("a key is of another type than S")
            }
            let text = try cursor.text(try cursor.string())
            try cursor.closeTypedValue()
            switch KeyAttribute(name[...]) {
            case .sort: sortKey = text
            case .userSort, .resourceSort: indexSortKey = text
            default: break
            }
        }
        guard let sortKey else { throw cursor.fault("LastEvaluatedKey has no SK", at: start) }
        guard indexSortKey ?? sortKey == sortKey else {
            throw cursor.fault("the index's sort key is not its SK", at: start)
                .ofItem(String(decoding: cursor.bytes[start..<cursor.position], as: UTF8.self))
        }
        lastSortKey = sortKey
        lastEvaluatedKey = Array(cursor.bytes[start..<cursor.position])
    }
}
