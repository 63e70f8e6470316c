/// How a table is to be laid out: its key and its indexes, all of them strings, every index with all attributes.
public struct TableLayout: Sendable, Hashable {
    /// A global secondary index.
    public struct Index: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its key.
        public let key: TableKey
    }

    /// The table's name.
    public let table: String
    /// The table's key.
    public let key: TableKey
    /// The indexes.
    public let indexes: [Index]

    /// The table of audit records, as the service that first wrote it laid it out.
    public static func auditRecords(
        table: String, userIndex: String = "GSI1", resourceIndex: String = "GSI2"
    ) -> TableLayout {
        TableLayout(
            table: table, key: TableKey(partition: "PK", sort: "SK"),
            indexes: [
                Index(name: userIndex, key: TableKey(partition: "GS1_PK", sort: "GS1_SK")),
                Index(name: resourceIndex, key: TableKey(partition: "GSI2_PK", sort: "GSI2_SK")),
            ])
    }

    /// Every attribute that is in a key.
    var attributeNames: [String] { key.names + indexes.flatMap(\.key.names) }

    /// How a table differs from this layout, for a person to read; empty if it does not.
    func differences(of found: TableDescription) -> [String] {
        var differences: [String] = []
        if found.key != key { differences.append("its key is \(found.key), not \(key)") }
        for index in indexes {
            guard let other = found.indexes.first(where: { $0.name == index.name }) else {
                differences.append("it has no index \(index.name)")
                continue
            }
            if other.key != index.key {
                differences.append("the key of \(index.name) is \(other.key), not \(index.key)")
            }
            if other.projection != "ALL" {
                differences.append("\(index.name) projects \(other.projection), not ALL")
            }
        }
        for name in attributeNames {
            if let type = found.keyTypes[name], type != "S" {
                differences.append("\(name) is of type \(type), not S")
            }
        }
        return differences
    }
}
