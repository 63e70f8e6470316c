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
    private let budget: Budget

    /// Those of a read.
    init(_ read: PartitionRead) {
        var wanted = read.restriction.systemId
        let scope = read.restriction.scope
        budget = read.budget
        if case .systemDay(let system, _) = read.partition {
            guard wanted.map({ $0 == system }) ?? true else {
                patterns = []
                return
            }
            wanted = system
        }
        patterns = wanted.map { scope.contains($0) ? [.exact($0)] : [] } ?? scope.disjointPatterns
    }

    /// All that a key may see.
    init(_ scope: SystemScope, _ budget: Budget) {
        (patterns, self.budget) = (scope.disjointPatterns, budget)
    }

    /// The systems, each number once.
    func systems(in database: Database) throws -> [StoredSystem] {
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
        return try statement.system(named: Identifier(statement.bytes(3)))
    }

    /// All that start with a text, whoever has records there: what the key may not see is not even passed.
    private func append(
        startingWith prefix: [UInt8], to systems: inout [StoredSystem], _ database: Database
    ) throws {
        let statement = try PreparedStatement(SQLiteSchema.systemsBetween, in: database)
        defer { statement.reset() }
        try statement.bind(prefix, at: 1)
        // What begins with the prefix goes on with a byte of UTF-8, if it does.
        try statement.bind(prefix + [0xFF], at: 2)
        while try statement.step() {
            systems.append(try statement.system(named: Identifier(statement.bytes(3))))
            if systems.count.isMultiple(of: 64) { try budget.checkDeadline() }
        }
    }
}

extension PreparedStatement {
    /// The system of a row whose first columns are its number, as an index has it and as its row does, and its form.
    fileprivate func system(named name: Identifier) throws -> StoredSystem {
        let number = try heldNumber(0) { "the system \(StoredRecordFault.quoted(name.bytes))" }
        guard let form = AuditIdForm(rawValue: integer(2)) else {
            throw StoredRecordFault(number: number, of: "form of the system")
        }
        return StoredSystem(number: number, name: name, form: form)
    }
}
