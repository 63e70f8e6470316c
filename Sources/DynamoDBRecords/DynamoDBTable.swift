internal import AuditStores
package import AuditRecords

/// The table that holds the records, as the service that wrote it laid it out.
package struct DynamoDBTable: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// The index whose partitions are users.
    package var userIndex: String
    /// The index whose partitions are resources.
    package var resourceIndex: String
    /// All systems of which it has records, as far as an operator has named them, or its own list does; none where nobody has.
    package var systems: [Identifier]
    /// Its indexes of attributes, whose items an operator has looked at.
    package var attributeIndexes: [AttributeIndex]
    /// Over how many partitions days are to be spread, as an operator wishes it. What is, the table's own plan says.
    package var shards: ShardPlan

    /// The most systems that can be named: each is a Query of each day that is read.
    package static let mostSystems = 1000

    /// A table of its names.
    package init(
        name: String = "audit-records", userIndex: String = "GSI1", resourceIndex: String = "GSI2",
        systems: [Identifier] = [], attributeIndexes: [AttributeIndex] = [], shards: ShardPlan = ShardPlan()
    ) {
        self.name = name
        self.userIndex = userIndex
        self.resourceIndex = resourceIndex
        self.systems = systems
        self.attributeIndexes = attributeIndexes
        self.shards = shards
    }

    /// Whether all systems that a key may see are known: those that are named to it, and where a pattern of its names more
    /// than one, those that an operator has named.
    func knowsSystems(in scope: SystemScope) -> Bool {
        guard systems.isEmpty, case .only(let patterns) = scope else { return !systems.isEmpty }
        return patterns.allSatisfy { $0.system != nil }
    }

    /// The known systems whose records can pass, each once.
    func systems(in restriction: Restriction) -> [Identifier] {
        var named: [Identifier] = []
        if case .only(let patterns) = restriction.scope { named = patterns.compactMap(\.system) }
        let known = named + systems.filter { restriction.scope.contains($0) && !named.contains($0) }
        return restriction.systemId.map { wanted in known.filter { $0 == wanted } } ?? known
    }

    /// The known systems that a key may see, by name; nil for users and resources, and where not all systems are known.
    func names(_ read: NameRead) -> NameRun? {
        guard read.kind == .system, knowsSystems(in: read.scope) else { return nil }
        let found = systems(in: Restriction(scope: read.scope)).filter(read.lists)
        return NameRun(found: Set(found).sorted(), limit: read.limit)
    }

    /// One of the ways in: an index and its keys.
    struct Way {
        /// Nil for the table itself.
        let index: String?
        /// The name of the partition key.
        let partitionKey: [UInt8]
        let sortKey: KeyAttribute
        /// The value of the partition key.
        let value: [UInt8]
        /// The attribute that is the partition key; nil where that is one of the table's own.
        let attribute: Identifier?

        init(
            index: String?, partitionKey: [UInt8], sortKey: KeyAttribute, value: [UInt8],
            attribute: Identifier? = nil
        ) {
            self.index = index
            self.partitionKey = partitionKey
            self.sortKey = sortKey
            self.value = value
            self.attribute = attribute
        }

        /// A way whose partition key is one of the table's own.
        init(index: String?, _ partitionKey: KeyAttribute, _ sortKey: KeyAttribute, value: [UInt8]) {
            self.init(
                index: index, partitionKey: partitionKey.name.withUTF8Buffer(Array.init), sortKey: sortKey,
                value: value)
        }
    }

    /// The way to what is read, of a system's day to one of its shards, if it is spread.
    ///
    /// - Precondition: it is no day of all systems, which is as many partitions as there are systems, unless an index of an
    ///   attribute leads there (``attributeWay(for:)``).
    func way(for read: PartitionRead, shard: Int? = nil) -> Way {
        switch read.partition {
        case .day:
            guard let way = attributeWay(for: read) else {
                preconditionFailure("a day of all systems is read system by system")
            }
            return way
        case .systemDay(let system, let day):
            return Way(index: nil, .partition, .sort, value: SystemDay.text(system, day, shard: shard))
        case .user(let user):
            return Way(index: userIndex, .user, .userSort, value: [UInt8(ascii: "#")] + user.bytes)
        case .resource(let resource):
            return Way(
                index: resourceIndex, .resource, .resourceSort, value: [UInt8(ascii: "#")] + resource.bytes)
        }
    }
}

extension SystemPattern {
    /// The one system that it names; nil where it may name several.
    fileprivate var system: Identifier? {
        if case .exact(let name) = self { name } else { nil }
    }
}
