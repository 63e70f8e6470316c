internal import AuditRecords
internal import JSONBytes

/// The items in which the writers of a table list the systems of which it has records: a partition of their own, an item for each
/// system, with nothing but keys ([decision 63](docs/decisions/0063-the-table-lists-its-systems.md)). No partition of records is
/// called so, since those end with a day, and without keys of the indexes they are in neither.
enum SystemListItem {
    /// The partition key of all of them.
    static let partition = Array("audit-query:systems".utf8)

    /// The sort key of the item that says that no system is missing. A system's is its name, which has no control characters.
    static let completeness = [UInt8(ascii: "\t")]

    /// What an item says.
    enum Content: Hashable {
        case system(Identifier)
        case isComplete
    }

    /// Appends the item, as a PutRequest has it.
    static func append(_ content: Content, to item: inout [UInt8]) {
        item.append(json: "{\"PK\":")
        item.append(typedString: partition)
        item.append(json: ",\"SK\":")
        switch content {
        case .system(let name): item.append(typedString: name.bytes)
        case .isComplete: item.append(typedString: completeness)
        }
        item.append(json: "}")
    }

    /// What an item of these keys says; nil for one that is none of the list's.
    static func content(partition: [UInt8], sort: [UInt8]) -> Content? {
        guard partition == Self.partition, !sort.isEmpty else { return nil }
        return sort == completeness ? .isComplete : .system(Identifier(sort))
    }
}

extension JSONCursor {
    /// Passes an item, and returns what it says if it is one of the list of systems.
    mutating func systemListItem() throws(JSONFault) -> SystemListItem.Content? {
        var (partition, sort): ([UInt8], [UInt8]) = ([], [])
        try envelope { cursor, name throws(JSONFault) in
            let isPartition = name.spells(KeyAttribute.partition.name)
            guard isPartition || name.spells(KeyAttribute.sort.name) else {
                _ = try cursor.value()
                return
            }
            guard try cursor.openTypedValue() == .string else {
                throw cursor.fault("a key is of another type than S")
            }
            let text = try cursor.text(try cursor.string())
            try cursor.closeTypedValue()
            if isPartition { partition = text } else { sort = text }
        }
        return SystemListItem.content(partition: partition, sort: sort)
    }
}
