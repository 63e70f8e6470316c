internal import AuditStores
internal import AuditRecords
internal import GRDB

/// A system as indexes have it: one number for each form of its audit ids.
struct StoredSystem {
    let number: Int64
    let name: Identifier
    let form: AuditIdForm
}

/// Which systems of a partition are read.
struct SystemSearch {
    private let patterns: [SystemPattern]
    /// Whether the key may see all of them, and so any may be passed.
    private let seesAll: Bool
    private let owner: Int64?
    private let nextSystem: String
    private let budget: Budget

    /// `owner` is the number of the user or resource, where an index is not by system.
    init(_ read: PartitionRead, owner: Int64?, _ sql: KeySQL) {
        (self.owner, budget) = (owner, read.budget)
        nextSystem = sql.nextSystem
        var wanted = read.restriction.systemId
        let scope = read.restriction.scope
        if case .systemDay(let system, _) = read.partition {
            guard wanted.map({ $0 == system }) ?? true else {
                (patterns, seesAll) = ([], false)
                return
            }
            wanted = system
        }
        seesAll = wanted == nil && scope == .all
        patterns = wanted.map { scope.contains($0) ? [.exact($0)] : [] } ?? scope.disjointPatterns
    }

    /// The systems, each number once.
    func systems(in database: Database) throws -> [StoredSystem] {
        if seesAll { return try systemsOfOwner(in: database) }
        var systems: [StoredSystem] = []
        for pattern in patterns {
            switch pattern {
            case .exact(let name): systems += try Self.systems(named: name, in: database)
            case .prefix(let prefix): try append(startingWith: prefix.bytes, to: &systems, database)
            }
        }
        return systems
    }

    /// The numbers of one system.
    static func systems(named name: Identifier, in database: Database) throws -> [StoredSystem] {
        let statement = try PreparedStatement(SQLiteSchema.numbersOfSystem, in: database)
        defer { statement.reset() }
        try statement.bind(name.bytes, at: 1)
        var systems: [StoredSystem] = []
        while try statement.step() { systems.append(try statement.system(named: name)) }
        return systems
    }

    /// The system of a number.
    static func system(of number: Int64, in database: Database) throws -> StoredSystem {
        let statement = try PreparedStatement(SQLiteSchema.system, in: database)
        defer { statement.reset() }
        try statement.bind(number, at: 1)
        guard try statement.step() else { throw StoredRecordFault(number: number, of: "system") }
        return try statement.system(named: Identifier(statement.bytes(2)))
    }

    /// All that start with a text, whoever has records there: what the key may not see is not even passed.
    private func append(
        startingWith prefix: [UInt8], to systems: inout [StoredSystem], _ database: Database
    ) throws {
        let statement = try PreparedStatement(SQLiteSchema.systemsFrom, in: database)
        defer { statement.reset() }
        try statement.bind(prefix, at: 1)
        while try statement.step() {
            let name = statement.bytes(2)
            guard name.starts(with: prefix) else { return }
            systems.append(try statement.system(named: Identifier(name)))
            if systems.count.isMultiple(of: 64) { try budget.checkDeadline() }
        }
    }

    /// Goes from each system with records of the owner to the next with one search, however many records each has.
    private func systemsOfOwner(in database: Database) throws -> [StoredSystem] {
        let next = try PreparedStatement(nextSystem, in: database)
        defer { next.reset() }
        if let owner { try next.bind(owner, at: 1) }
        var systems: [StoredSystem] = []
        var start = Int64.min
        while true {
            next.reset()
            try next.bind(start, at: 2)
            guard try next.step() else { return systems }
            let number = next.integer(0)
            systems.append(try Self.system(of: number, in: database))
            start = number + 1
            if systems.count.isMultiple(of: 64) { try budget.checkDeadline() }
        }
    }
}

extension PreparedStatement {
    /// The system of a row whose first columns are its number and its form.
    fileprivate func system(named name: Identifier) throws -> StoredSystem {
        guard let form = AuditIdForm(rawValue: integer(1)) else {
            throw StoredRecordFault(number: integer(0), of: "form of the system")
        }
        return StoredSystem(number: integer(0), name: name, form: form)
    }
}
