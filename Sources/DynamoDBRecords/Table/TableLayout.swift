internal import AuditRecords

/// How a table is to be laid out: its key and its indexes, all of them strings, every index with all attributes.
package struct TableLayout: Sendable, Hashable {
    /// A global secondary index.
    package struct Index: Sendable, Hashable {
        /// Its name.
        package let name: String
        /// Its key.
        package let key: TableKey
    }

    /// The table's name.
    package let table: String
    /// The table's key.
    package let key: TableKey
    /// The indexes.
    package let indexes: [Index]

    /// The table of audit records, as the service that first wrote it laid it out, with indexes of attributes besides.
    package static func auditRecords(
        table: String, userIndex: String = "GSI1", resourceIndex: String = "GSI2",
        attributeIndexes: [AttributeIndex] = []
    ) -> TableLayout {
        TableLayout(
            table: table, key: TableKey(partition: "PK", sort: "SK"),
            indexes: [
                Index(name: userIndex, key: TableKey(partition: "GS1_PK", sort: "GS1_SK")),
                Index(name: resourceIndex, key: TableKey(partition: "GSI2_PK", sort: "GSI2_SK")),
            ]
                + attributeIndexes.map {
                    Index(name: $0.name, key: TableKey(partition: $0.attribute.description, sort: "SK"))
                })
    }

    /// Every attribute that is in a key, once.
    var attributeNames: [String] {
        indexes.flatMap(\.key.names).reduce(into: key.names) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }

    /// How a table differs from this layout, for a person to read; empty if it does not.
    package func differences(of table: TableDescription) -> [String] {
        keyDifferences(of: table) + indexes.flatMap { differences(of: $0, in: table) }
    }

    /// How a table's own key differs.
    package func keyDifferences(of table: TableDescription) -> [String] {
        guard table.key == key else { return ["its key is \(table.key), not \(key)"] }
        return key.typeDifferences(table)
    }

    /// How an index of this layout differs in a table.
    package func differences(of index: Index, in table: TableDescription) -> [String] {
        guard let found = table.indexes.first(where: { $0.name == index.name }) else {
            let others = table.indexes.filter { $0.key == index.key }.map(\.name)
            let hint = others.first.map { ", but \($0) has its key" } ?? ""
            return ["there is no index \(index.name)\(hint)"]
        }
        guard found.key == index.key else {
            return ["the key of \(index.name) is \(found.key), not \(index.key)"]
        }
        let projection =
            found.projection == "ALL" ? [] : ["\(index.name) projects \(found.projection), not ALL"]
        return projection + index.key.typeDifferences(table)
    }
}

extension TableKey {
    /// Which of the attributes are no strings.
    fileprivate func typeDifferences(_ table: TableDescription) -> [String] {
        names.filter { table.keyTypes[$0] != "S" }.map {
            "\($0) is of type \(table.keyTypes[$0] ?? "unknown"), not S"
        }
    }
}
