internal import AuditRecords
internal import JSONBytes

/// Where an item is that is a record, beside where a plan of shards has it.
enum ItemPlace: Equatable {
    /// Where it would be written.
    case right
    /// In its day's partition without a number, though the day is spread. It is read, looked up and removed there too.
    case stray
    /// Where it is not looked for, or not always.
    case hidden(String)
}

extension JSONCursor {
    /// Passes an item that is a record of this key, and tells where it is.
    mutating func place(of key: RecordKey, in plan: ShardPlan) throws(JSONFault) -> ItemPlace {
        var partition: [UInt8] = []
        try envelope { cursor, name throws(JSONFault) in
            guard name.spells(KeyAttribute.partition.name) else {
                _ = try cursor.value()
                return
            }
            _ = try cursor.openTypedValue()
            partition = try cursor.text(try cursor.string())
            try cursor.closeTypedValue()
        }
        return ItemPlace(of: key, shard: (try? SystemDay.parse(partition[...]))?.shard, in: plan)
    }
}

extension ItemPlace {
    fileprivate init(of key: RecordKey, shard: Int?, in plan: ShardPlan) {
        let planned = plan.shard(of: key)
        let count = plan.count(of: key.systemId, on: key.instant.day)
        switch shard {
        case planned: self = .right
        case nil: self = .stray
        case let shard? where planned == nil || shard >= count:
            self = .hidden(
                "it is in shard \(shard) of a day that the table's plan spreads over \(count == 1 ? "none" : "\(count)"), so that "
                    + "queries for its system miss it")
        case let shard?:
            self = .hidden(
                "it is in shard \(shard) of its day and belongs into \(planned ?? 0), so that it is not found by its id and may be "
                    + "there twice")
        }
    }
}
