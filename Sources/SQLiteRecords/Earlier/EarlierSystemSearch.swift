internal import AuditStores
internal import AuditRecords
internal import GRDB

/// Which systems of a partition are read, in a file before version 3.
struct EarlierSystemSearch {
    /// Whether all of them are read at once, for want of an index that leads with them.
    let isWhole: Bool
    private let patterns: [SystemPattern]
    private let owner: Identifier?
    private let sql: String
    private let budget: Budget

    init(_ read: PartitionRead, _ sql: EarlierKeySQL, version: Int) {
        owner = read.partition.owner
        budget = read.budget
        self.sql = sql.nextSystem
        var wanted = read.restriction.systemId
        if case .systemDay(let system, _) = read.partition {
            wanted = wanted.map { $0 == system } ?? true ? system : nil
            isWhole = false
            patterns = wanted.map { read.restriction.scope.contains($0) } == true ? [.exact(system)] : []
            return
        }
        isWhole = version == 1 && owner != nil
        if let wanted {
            patterns = read.restriction.scope.contains(wanted) ? [.exact(wanted)] : []
        } else {
            patterns = read.restriction.scope.disjointPatterns
        }
    }

    /// The systems, each once; or nil once, for all of them together.
    func systems(in database: Database) throws -> [Identifier?] {
        guard !isWhole else { return [nil] }
        var systems: [Identifier?] = []
        for pattern in patterns {
            switch pattern {
            case .exact(let name): systems.append(name)
            case .prefix(let prefix): try append(startingWith: prefix.bytes, to: &systems, database)
            }
        }
        return systems
    }

    /// Goes from each system to the next with one search, however many records each has.
    private func append(
        startingWith prefix: [UInt8], to systems: inout [Identifier?], _ database: Database
    ) throws {
        let statement = try PreparedStatement(sql, in: database)
        if let owner { try statement.bind(owner.bytes, at: 1) }
        defer { statement.reset() }
        var start = prefix
        while true {
            statement.reset()
            try statement.bind(start, at: 2)
            guard try statement.step() else { return }
            let system = statement.bytes(0)
            guard system.starts(with: prefix) else { return }
            systems.append(Identifier(system))
            start = system + [0]
            if systems.count.isMultiple(of: 64) { try budget.checkDeadline() }
        }
    }
}
