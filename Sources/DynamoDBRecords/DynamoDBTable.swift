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

    /// The most systems that can be named: each is a Query of each day that is read.
    package static let mostSystems = 1000

    /// A table of its names.
    package init(
        name: String = "audit-records", userIndex: String = "GSI1", resourceIndex: String = "GSI2",
        systems: [Identifier] = []
    ) {
        self.name = name
        self.userIndex = userIndex
        self.resourceIndex = resourceIndex
        self.systems = systems
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
    ///
    /// - Precondition: it is no day of all systems, which is as many partitions as there are systems.
    func way(to partition: Partition) -> Way {
        switch partition {
        case .day: preconditionFailure("a day of all systems is read system by system")
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

extension SystemPattern {
    /// The one system that it names; nil where it may name several.
    fileprivate var system: Identifier? {
        if case .exact(let name) = self { name } else { nil }
    }
}
