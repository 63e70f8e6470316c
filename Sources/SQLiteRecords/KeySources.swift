internal import AuditStores
internal import AuditRecords
internal import GRDB

/// Where keys are read from: an index, and which systems of it.
struct KeySources {
    let statement: PreparedStatement
    let runs: [KeyRun.Source]
    /// Whether the index does not lead with the system, so that keys of all of them are passed.
    let isWhole: Bool

    init(_ read: PartitionRead, _ value: ValueIndex?, version: Int, in database: Database) throws {
        if EarlierSchema.versions.contains(version) {
            try self.init(earlier: read, version: version, in: database)
        } else if let value {
            try self.init(read, value, in: database)
        } else {
            try self.init(read, in: database)
        }
    }

    /// What counts the keys of an index up to `?8`.
    init(counting read: PartitionRead, _ value: ValueIndex?, in database: Database) throws {
        let sql = value.map { KeySQL(attribute: $0.index, read.order) } ?? KeySQL(read.partition, read.order)
        let sources = try KeySources(read, value, version: SQLiteSchema.version, in: database)
        statement = try PreparedStatement(sql.count, in: database)
        (runs, isWhole) = (sources.runs, sources.isWhole)
    }

    private init(_ read: PartitionRead, _ value: ValueIndex, in database: Database) throws {
        statement = try PreparedStatement(KeySQL(attribute: value.index, read.order).keys, in: database)
        isWhole = false
        runs = try SystemSearch(read).systems(in: database).flatMap { system in
            try value.numbers(in: system.number, database).map {
                .system(system, KeyRun.IndexNumbers(owner: $0, user: nil))
            }
        }
    }

    private init(_ read: PartitionRead, in database: Database) throws {
        let sql = KeySQL(read.partition, read.order)
        statement = try PreparedStatement(sql.keys, in: database)
        isWhole = false
        if sql.asksForUser { try statement.bindOrNull(Int64?.none, at: 8) }
        let user = sql.asksForUser ? read.restriction.userId : nil
        let names = NameNumbers(in: database)
        runs = try SystemSearch(read).systems(in: database).compactMap { system in
            try names.numbers(of: system, read.partition, user: user).map { .system(system, $0) }
        }
    }

    private init(earlier read: PartitionRead, version: Int, in database: Database) throws {
        let sql = EarlierKeySQL(read.partition, read.order)
        let search = EarlierSystemSearch(read, sql, version: version)
        isWhole = search.isWhole
        statement = try PreparedStatement(
            search.isWhole ? sql.keysOfAllSystems : sql.keysOfSystem, in: database)
        if let owner = read.partition.owner { try statement.bind(owner.bytes, at: 1) }
        if sql.asksForUser { try statement.bindOrNull(read.restriction.userId?.bytes, at: 5) }
        runs = try search.systems(in: database).map { .earlier($0) }
    }
}

extension Partition {
    /// Whose records they are, where an index is not by system.
    var owner: Identifier? { named?.name }

    /// The same, and the table that numbers it.
    fileprivate var named: (table: NameTable, name: Identifier)? {
        switch self {
        case .systemDay, .day: nil
        case .user(let user): (.users, user)
        case .resource(let resource): (.resources, resource)
        }
    }
}

extension NameNumbers {
    /// The numbers that a system's records of a partition have; nil where there are none.
    fileprivate func numbers(
        of system: StoredSystem, _ partition: Partition, user: Identifier?
    ) throws -> KeyRun.IndexNumbers? {
        var owner: Int64? = system.number
        if let (table, name) = partition.named { owner = try number(of: name, in: table, system.number) }
        guard let owner else { return nil }
        guard let user else { return KeyRun.IndexNumbers(owner: owner, user: nil) }
        return try number(of: user, in: .users, system.number).map {
            KeyRun.IndexNumbers(owner: owner, user: $0)
        }
    }
}
