internal import AuditStores
internal import AuditRecords

/// The table that holds the records, as the service that wrote it laid it out.
package struct DynamoDBTable: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// The index whose partitions are users.
    package var userIndex: String
    /// The index whose partitions are resources.
    package var resourceIndex: String

    /// A table of its names.
    package init(name: String = "audit-records", userIndex: String = "GSI1", resourceIndex: String = "GSI2") {
        self.name = name
        self.userIndex = userIndex
        self.resourceIndex = resourceIndex
    }

    /// One of the three ways in: an index and its keys.
    struct Way {
        /// Nil for the table itself.
        let index: String?
        let partitionKey: KeyAttribute
        let sortKey: KeyAttribute
        /// The value of the partition key.
        let value: [UInt8]
    }

    /// The way to a partition.
    func way(to partition: Partition) -> Way {
        switch partition {
        case .systemDay(let system, let day):
            Way(index: nil, partitionKey: .partition, sortKey: .sort, value: SystemDay.text(system, day))
        case .user(let user):
            Way(
                index: userIndex, partitionKey: .user, sortKey: .userSort,
                value: [UInt8(ascii: "#")] + user.bytes)
        case .resource(let resource):
            Way(
                index: resourceIndex, partitionKey: .resource, sortKey: .resourceSort,
                value: [UInt8(ascii: "#")] + resource.bytes)
        }
    }
}
