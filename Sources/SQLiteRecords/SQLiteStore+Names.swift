package import AuditStores
package import AuditRecords
internal import GRDB

/// What can have a name in a record.
package enum NameKind: String, Sendable, CaseIterable {
    /// What wrote it.
    case system
    /// Who did it.
    case user
    /// What it was done to.
    case resource
}

extension SQLiteStore {
    /// Names of which there are records, from `first` on in the order of their bytes: `limit` of them at most, and as many as
    /// are found until the budget's soft end. Each costs one search of an index, some 10 µs, however many records it has.
    package func names(
        of kind: NameKind, from first: Identifier, limit: Int, budget: Budget
    ) throws(StoreError) -> [Identifier] {
        try database.read(deadline: budget.deadline) { database, _ in
            let statement = try PreparedStatement(kind.nextName, in: database)
            defer { statement.reset() }
            var names: [Identifier] = []
            var start = first.bytes
            while names.count < limit, ContinuousClock.now < budget.soft {
                statement.reset()
                try statement.bind(start, at: 1)
                guard try statement.step() else { break }
                let name = statement.bytes(0)
                names.append(Identifier(name))
                // The least text after it.
                start = name + [0]
            }
            return names
        }
    }
}

extension NameKind {
    /// The first name from `?1` on. Every index begins with its names, in files of version 1 too.
    fileprivate var nextName: String {
        let (column, index) =
            switch self {
            case .system: ("system_id", "by_system")
            case .user: ("user_id", "by_user")
            case .resource: ("resource_id", "by_resource")
            }
        return """
            SELECT \(column) FROM records INDEXED BY \(index)
            WHERE \(column) >= ?1 ORDER BY \(column) LIMIT 1
            """
    }
}
