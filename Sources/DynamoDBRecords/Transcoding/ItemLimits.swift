package import AuditRecords
internal import JSONBytes

/// DynamoDB's limits (Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB").
enum ItemLimits {
    /// The most bytes of an item, counted as `ItemMeter` does.
    static let itemByteCount = 400 * 1024
    /// The most bytes of the partition key of the table or an index.
    static let partitionKeyByteCount = 2048
    /// The most bytes of the sort key of the table or an index.
    static let sortKeyByteCount = 1024
    /// The most bytes of an attribute's name.
    static let nameByteCount = 65_535
}

extension ItemWriter {
    /// Why DynamoDB cannot store a record as it is, in a shard of its day if that is spread, for a person to read; nil when it can.
    package static func fault(of record: AuditRecord, shard: Int? = nil) -> String? {
        let keys = keys(of: record, shard: shard)
        for (key, text) in keys {
            if let fault = fault(of: key, text) { return "its \(key.name), made of its ids, \(fault)" }
        }
        var meter: ItemMeter
        do throws(JSONFault) {
            meter = ItemMeter(try JSONCursor(record.attributes))
            try meter.attributes()
        } catch {
            return "its attributes cannot be stored: \(error)"
        }
        let byteCount = keys.reduce(meter.byteCount) { $0 + $1.0.name.utf8CodeUnitCount + $1.text.count }
        guard byteCount > ItemLimits.itemByteCount else { return nil }
        return "it is \(byteCount) bytes as an item; at most \(ItemLimits.itemByteCount) are allowed"
    }

    /// Whether there can be an item of a key: anybody may ask for one.
    static func canBeStored(_ key: RecordKey) -> Bool {
        fault(of: .partition, SystemDay.text(key, shard: ShardPlan.counts.upperBound)) == nil
            && fault(of: .sort, SortKey.text(key)) == nil
    }

    private static func fault(of key: KeyAttribute, _ text: [UInt8]) -> String? {
        guard (try? UTF8Span(validating: text.span)) != nil else { return "is not valid UTF-8" }
        let limit =
            switch key {
            case .partition, .user, .resource: ItemLimits.partitionKeyByteCount
            case .sort, .userSort, .resourceSort: ItemLimits.sortKeyByteCount
            }
        return text.count > limit ? "is \(text.count) bytes long; at most \(limit) are allowed" : nil
    }
}
