package import AuditRecords
package import JSONBytes

/// Turns records into typed items.
package enum ItemWriter {
    /// Appends the item of a record, as a PutRequest has it, in a shard of its day if that is spread. Where a record has an empty
    /// userId or resourceId, the keys of that index are left out, so that the item is not in it.
    ///
    /// - Throws: where the attributes are no JSON object; then nothing is appended. Whether DynamoDB stores
    ///   what they say is a question to ``fault(of:)``.
    package static func append(
        _ record: AuditRecord, shard: Int? = nil, to item: inout [UInt8]
    ) throws(JSONFault) {
        let start = item.count
        do throws(JSONFault) {
            var writer = TypedValueWriter(cursor: try JSONCursor(record.attributes))
            item.append(UInt8(ascii: "{"))
            append(keys: record, shard, to: &item)
            try writer.attributes(to: &item)
            item.append(UInt8(ascii: "}"))
        } catch {
            item.removeLast(item.count - start)
            throw error
        }
    }

    private static func append(keys record: AuditRecord, _ shard: Int?, to item: inout [UInt8]) {
        for (index, (key, text)) in keys(of: record, shard: shard).enumerated() {
            if index > 0 { item.append(UInt8(ascii: ",")) }
            item.append(UInt8(ascii: "\""))
            item.append(json: key.name)
            item.append(json: "\":{\"S\":")
            item.append(jsonString: text)
            item.append(UInt8(ascii: "}"))
        }
    }

    /// The key attributes of a record's item.
    static func keys(of record: AuditRecord, shard: Int? = nil) -> [(KeyAttribute, text: [UInt8])] {
        let sort = SortKey.text(record.key)
        var keys: [(KeyAttribute, text: [UInt8])] = [
            (.partition, SystemDay.text(record.key, shard: shard)), (.sort, sort),
        ]
        if !record.userId.bytes.isEmpty {
            keys += [(.user, [UInt8(ascii: "#")] + record.userId.bytes), (.userSort, sort)]
        }
        if !record.resourceId.bytes.isEmpty {
            keys += [(.resource, [UInt8(ascii: "#")] + record.resourceId.bytes), (.resourceSort, sort)]
        }
        return keys
    }
}
