internal import AuditRecords
internal import JSONBytes

/// The item in which a table keeps its plan of shards: its entries as one text, a line each. No partition of records is called as its
/// own, since those end with a day or a shard, and it is in no index.
enum ShardPlanItem {
    static let partition = Array("audit-query:shards".utf8)
    static let sort = Array("plan".utf8)
    /// What has them.
    static let attribute: StaticString = "entries"

    /// Appends the item's keys, as a BatchGetItem has them.
    static func appendKeys(to body: inout [UInt8]) {
        body.append(json: "\"PK\":")
        body.append(typedString: partition)
        body.append(json: ",\"SK\":")
        body.append(typedString: sort)
    }

    /// Appends the item, as a PutRequest has it.
    static func append(_ plan: ShardPlan, to item: inout [UInt8]) {
        item.append(json: "{")
        appendKeys(to: &item)
        item.append(json: ",\"")
        item.append(json: attribute)
        item.append(json: "\":")
        item.append(typedString: Array(plan.entries.map(\.text).joined(separator: [UInt8(ascii: "\n")])))
        item.append(json: "}")
    }
}

extension JSONCursor {
    /// Passes an item, and returns the plan if it is the one that has it; nil for any other.
    ///
    /// - Throws: where it has it and it cannot be read.
    mutating func shardPlan() throws(JSONFault) -> ShardPlan? {
        let start = position
        var texts: [String: [UInt8]] = [:]
        try envelope { cursor, name throws(JSONFault) in
            let isText =
                name.spells(KeyAttribute.partition.name) || name.spells(KeyAttribute.sort.name)
                || name.spells(ShardPlanItem.attribute)
            guard isText else {
                _ = try cursor.value()
                return
            }
            guard try cursor.openTypedValue() == .string else {
                throw cursor.fault("a text is of another type than S")
            }
            texts[String(decoding: name, as: UTF8.self)] = try cursor.text(try cursor.string())
            try cursor.closeTypedValue()
        }
        guard texts["PK"] == ShardPlanItem.partition, texts["SK"] == ShardPlanItem.sort else { return nil }
        guard let entries = texts["\(ShardPlanItem.attribute)"] else {
            throw fault("the plan of shards has no text of \(ShardPlanItem.attribute)", at: start)
        }
        return try plan(of: entries, at: start)
    }

    private func plan(of entries: [UInt8], at start: Int) throws(JSONFault) -> ShardPlan {
        var plan = ShardPlan()
        for line in entries.split(separator: UInt8(ascii: "\n")) {
            do throws(ShardPlanFault) {
                plan.set(try ShardPlan.Entry(Array(line)))
            } catch {
                throw fault(
                    "the plan of shards: \(String(decoding: line, as: UTF8.self)) \(error)", at: start)
            }
        }
        return plan
    }
}
