package import AuditRecords
package import JSONBytes

/// An item of the table that is no record of this table's form.
package struct ItemFault: Hashable, Sendable {
    /// Its PK and SK, as DynamoDB's API takes them: `{"PK":{"S":"META"},"SK":{"S":"META"}}`.
    package let key: String
    /// What is wrong with it.
    package let detail: String
}

/// What DynamoDB answers to a Scan (Amazon DynamoDB API Reference, Scan), each item judged by itself.
package struct ScanAnswer: Sendable {
    /// How many items there are.
    package private(set) var itemCount = 0
    /// The systems of those that are records.
    package var systems: Set<Identifier> { Set(days.keys) }
    /// How many of those that are records each system has on each day.
    private(set) var days: [Identifier: [Day: Int]] = [:]
    /// How many of them are in their day's partition without a number, though the day is spread.
    private(set) var strayCount = 0
    /// What those say that are of the list of systems.
    private(set) var listed: [SystemListItem.Content] = []
    /// What is wrong with those that no answer can show.
    package private(set) var faults: [ItemFault] = []
    /// The LastEvaluatedKey as it came, to be sent back as ExclusiveStartKey; nil at the end.
    package private(set) var lastEvaluatedKey: [UInt8]?
    /// Capacity units; 0 when the answer does not say.
    package private(set) var consumedCapacity = 0.0

    /// Reads the body of an answer, all of it. Items of other systems than these are wrong too, where any are named, those that
    /// these indexes of attributes do not have and should, and those that are not where a plan has them.
    ///
    /// - Throws: where the body is no such answer.
    package init(
        _ body: [UInt8], systems named: Set<Identifier> = [], indexes: [AttributeIndex] = [],
        plan: ShardPlan? = nil
    ) throws(JSONFault) {
        var cursor = try JSONCursor(body)
        var hasItems = false
        try cursor.envelope { cursor, name throws(JSONFault) in
            if name.spells("Items") {
                hasItems = true
                try cursor.judgeItems(ofSystems: named, indexes, plan) { item in
                    itemCount += 1
                    switch item {
                    case .record(let system, let day, let isStray):
                        days[system, default: [:]][day, default: 0] += 1
                        strayCount += isStray ? 1 : 0
                    case .listItem(let content): listed.append(content)
                    case .plan: break
                    case .fault(let fault): faults.append(fault)
                    }
                }
            } else if name.spells("LastEvaluatedKey") {
                let key = try cursor.value()
                if cursor.bytes[key.lowerBound] != UInt8(ascii: "n") {
                    lastEvaluatedKey = Array(cursor.bytes[key])
                }
            } else if name.spells("ConsumedCapacity") {
                consumedCapacity = try cursor.consumedCapacity()
            } else {
                _ = try cursor.value()
            }
        }
        try cursor.end()
        guard hasItems else { throw JSONFault(offset: body.count, detail: "Items is missing") }
    }
}
