internal import AuditStores
package import AuditRecords
internal import JSONBytes

/// An index of the table whose partition key is an attribute of records, and whose sort key is the table's own
/// ([decision 82](docs/decisions/0082-a-tables-index-of-an-attribute-is-exact-by-dynamodbs-own-rule.md)).
///
/// Once it is active, DynamoDB refuses every item that has the attribute and could not be in the index. So whoever has no text
/// there that the index takes has no such attribute at all, but for items that were there before.
package struct AttributeIndex: Hashable, Sendable {
    /// The attribute's name.
    package let attribute: Identifier
    /// The index's name.
    package let name: String

    /// The most indexes of a table, less the two of users and resources (Amazon DynamoDB Developer Guide, "Quotas").
    package static let mostOfTable = 18

    /// An index of its parts.
    ///
    /// - Precondition: the attribute is none of the table's keys.
    package init(attribute: Identifier, name: String) {
        self.attribute = attribute
        self.name = name
    }

    /// Whether it has all items whose record has a value.
    fileprivate func has(_ equality: RequiredEquality) -> Bool {
        // No key of DynamoDB's is empty.
        equality.path.names == [attribute] && equality.value.isString && !equality.value.bytes.isEmpty
    }
}

extension DynamoDBTable {
    /// The way to what is read of a day of all systems by an index of an attribute: one partition in place of one of each system.
    /// Nil where none helps.
    ///
    /// A user's, a resource's and a system's records lie together already, mostly fewer than all that have a value. An index has
    /// records of all systems in one order, so a key that may not see all of them would be told of others by the time that takes.
    func attributeWay(for read: PartitionRead) -> Way? {
        guard case .day = read.partition, read.restriction.scope == .all else { return nil }
        for equality in read.equalities {
            guard let index = attributeIndexes.first(where: { $0.has(equality) }) else { continue }
            return Way(
                index: index.name, partitionKey: index.attribute.bytes, sortKey: .sort,
                value: equality.value.bytes, attribute: index.attribute)
        }
        return nil
    }

    /// Why DynamoDB would refuse a record for the sake of an index of an attribute, for a person to read; nil when it takes it.
    /// Costs a pass over its attributes, where there is such an index.
    func indexFault(of record: AuditRecord) -> String? {
        guard !attributeIndexes.isEmpty else { return nil }
        var fault: String?
        // What is no JSON is refused for that.
        guard var cursor = try? JSONCursor(record.attributes) else { return nil }
        try? cursor.members { cursor, token throws(JSONFault) in
            let index = attributeIndexes.index(named: try cursor.text(token))
            guard let index, cursor.peek() == UInt8(ascii: "\"") else {
                _ = try cursor.value()
                if let index { fault = index.fault(nil) }
                return
            }
            if let found = index.fault(try cursor.text(try cursor.string())) { fault = found }
        }
        return fault
    }
}

extension PartitionRead {
    /// The same of a day alone, for an index that knows no days.
    func bounded(by day: Day) -> PartitionRead {
        var read = self
        read.range = range.intersection(day.range)
        return read
    }
}

extension [AttributeIndex] {
    fileprivate func index(named name: [UInt8]) -> AttributeIndex? { first { $0.attribute.bytes == name } }
}

extension AttributeIndex {
    /// What is wrong with a text where it is to be a key of this index, nil for a value that is no text; nil when nothing is.
    fileprivate func fault(_ text: [UInt8]?) -> String? {
        let limit = ItemLimits.partitionKeyByteCount
        let detail: String
        switch text?.count {
        case nil: detail = "no text"
        case 0: detail = "an empty text"
        case let count? where count > limit: detail = "\(count) bytes long"
        default: return nil
        }
        return
            "its \(attribute) is \(detail), and a text of 1 to \(limit) bytes is all that the index \(name) of "
            + "store.dynamodb.attribute-indexes allows there"
    }
}

extension JSONCursor {
    /// Passes a typed item, and says in which index it is missing though its record may have what is looked for there; nil where
    /// there is none.
    ///
    /// Of what an index does not take a list, a set and what is binary have texts for a filter. Any other value is equal to none that
    /// an index is asked for.
    mutating func indexFault(_ indexes: [AttributeIndex]) throws(JSONFault) -> String? {
        var fault: String?
        try members { cursor, token throws(JSONFault) in
            guard let index = indexes.index(named: try cursor.text(token)) else {
                _ = try cursor.value()
                return
            }
            var value = cursor
            _ = try cursor.value()
            switch try value.openTypedValue() {
            case .list, .stringSet, .binary, .binarySet:
                fault =
                    "its \(index.attribute) is no text, so that it is not in the index \(index.name) of "
                    + "store.dynamodb.attribute-indexes, and queries that ask this index miss it"
            case .string, .number, .boolean, .null, .map, .numberSet: break
            }
        }
        return fault
    }
}
