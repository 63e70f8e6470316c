internal import AuditRecords
internal import AuditStores
internal import GRDB

/// The index that has all that a count asks for.
struct CountIndex {
    let kind: NameKind
    /// Whether groups are made of all names of that kind.
    let isByName: Bool

    /// Nil where there is none: a row would have to be looked up for each record.
    init?(_ count: IndexCount) {
        let restriction = count.restriction
        let byUser = count.keys.contains(.userId) && restriction.userId == nil
        let byResource = count.keys.contains(.resourceId) && restriction.resourceId == nil
        if restriction.resourceId != nil {
            guard !byUser else { return nil }
            (kind, isByName) = (.resource, false)
        } else if restriction.userId != nil {
            guard !byResource else { return nil }
            (kind, isByName) = (.user, false)
        } else {
            guard !byUser || !byResource else { return nil }
            kind = byUser ? .user : byResource ? .resource : .system
            isByName = byUser || byResource
        }
    }

    /// The records of `?1` in this index from a place on, and before another: instants and nanoseconds in `?2` to `?5`.
    var records: String {
        """
        FROM entries INDEXED BY \(KeySQL.index(of: kind)) WHERE \(kind.rawValue) = ?1 \
        AND (instant, nanoseconds) >= (?2, ?3) AND (instant, nanoseconds) < (?4, ?5)
        """
    }

    /// How many of them there are, of the user `?6`, or of everybody if that is NULL.
    var countOfRecords: String { "SELECT count(*) \(records)\(ofUser)" }

    /// When the last of them was.
    var lastOfRecords: String {
        "SELECT instant, nanoseconds \(records)\(ofUser) ORDER BY instant DESC, nanoseconds DESC LIMIT 1"
    }

    /// Whether there are `?6` of them.
    var enoughRecords: String { "SELECT count(*) FROM (SELECT 1 \(records) LIMIT ?6)" }

    private var ofUser: String { kind == .resource ? " AND (?6 IS NULL OR user = ?6)" : "" }

    /// The numbers and names of a system.
    var names: String { kind == .resource ? NameTable.resources.namesFrom : NameTable.users.namesFrom }

    static let system = CountIndex(kind: .system, isByName: false)

    private init(kind: NameKind, isByName: Bool) { (self.kind, self.isByName) = (kind, isByName) }
}

/// What a count looks at: the time between two instants, the first of which belongs to it.
struct CountBounds {
    let lower: StoredInstant
    let upper: StoredInstant

    /// Nil where the count goes on between records of one instant.
    init?(_ count: IndexCount) {
        lower = StoredInstant(max(count.range.start ?? .startOfTime, .startOfTime))
        var end = count.range.end.map { StoredInstant($0) } ?? .endOfTime
        if let before = count.before {
            guard before.auditId.bytes.isEmpty else { return nil }
            end = min(end, StoredInstant(before.instant))
        }
        upper = end
    }
}

/// Records of one number of an index, all of one system.
struct CountSource {
    let number: Int64
    /// The user that they must be of, where the index is one of resources.
    let user: Int64?
    let system: Identifier
    /// The name of the number, where groups are made of it.
    let name: Identifier?
    /// When the last of them was that has not been counted; nil where there is none.
    var last: StoredInstant?

    init(_ number: Int64, user: Int64? = nil, of system: StoredSystem, name: Identifier? = nil) {
        (self.number, self.user, self.system, self.name) = (number, user, system.name, name)
    }
}

/// Finds where a count's records are: in the systems that the key may see, and in no other.
struct CountSources {
    /// So many names are looked at, each with a search. For more of them records are read.
    private static let mostNames = 50_000
    /// For fewer it is not asked whether there are more records.
    private static let fewNames = 1000

    /// Nil where it is better to read records.
    private(set) var sources: [CountSource]? = []

    init(_ count: IndexCount, _ index: CountIndex, _ bounds: CountBounds, in database: Database) throws {
        let systems = try Self.systems(of: count, in: database)
        let names = NameNumbers(in: database)
        for system in systems {
            if index.isByName {
                try appendNames(of: system, index, in: database)
            } else if let source = try Self.source(of: system, count.restriction, names) {
                sources?.append(source)
            }
            try count.budget.checkDeadline()
        }
        guard index.isByName, let found = sources?.count, found > Self.fewNames else { return }
        if try !Self.has(found, in: systems, bounds, in: database) { sources = nil }
    }

    /// The systems that a count may see.
    static func systems(of count: IndexCount, in database: Database) throws -> [StoredSystem] {
        guard let system = count.restriction.systemId else {
            return try SystemSearch(count.restriction.scope, count.budget).systems(in: database)
        }
        guard count.restriction.scope.contains(system) else { return [] }
        return try SystemSearch.systems(named: system, in: database)
    }

    /// What a system has of the user and the resource that are asked for; nil where it knows one of them not.
    static func source(
        of system: StoredSystem, _ restriction: Restriction, _ names: NameNumbers
    ) throws -> CountSource? {
        let user = try restriction.userId.map { try names.number(of: $0, in: .users, system.number) }
        if case .some(.none) = user { return nil }
        guard let resource = restriction.resourceId else {
            return CountSource((user ?? nil) ?? system.number, of: system)
        }
        return try names.number(of: resource, in: .resources, system.number).map {
            CountSource($0, user: user ?? nil, of: system)
        }
    }

    private mutating func appendNames(
        of system: StoredSystem, _ index: CountIndex, in database: Database
    ) throws {
        let statement = try PreparedStatement(index.names, in: database)
        defer { statement.reset() }
        try statement.bind(system.number, at: 1)
        try statement.bind([], at: 2)
        while let found = sources?.count, try statement.step() {
            guard found < Self.mostNames else {
                sources = nil
                return
            }
            let name = Identifier(statement.bytes(2))
            let number = try statement.heldNumber(0) { "a name, \(StoredRecordFault.quoted(name.bytes))," }
            sources?.append(CountSource(number, of: system, name: name))
        }
    }

    /// Whether systems have so many records together.
    private static func has(
        _ wanted: Int, in systems: [StoredSystem], _ bounds: CountBounds, in database: Database
    ) throws -> Bool {
        let statement = try PreparedStatement(CountIndex.system.enoughRecords, in: database)
        var left = Int64(wanted)
        for system in systems where left > 0 {
            defer { statement.reset() }
            try statement.bind(system.number, at: 1)
            try statement.bind(bounds.lower, bounds.upper)
            try statement.bind(left, at: 6)
            if try statement.step() { left -= statement.integer(0) }
        }
        return left <= 0
    }
}

extension PreparedStatement {
    /// Gives the places `?2` to `?5` two instants.
    func bind(_ lower: StoredInstant, _ upper: StoredInstant) throws {
        try bind(lower.milliseconds, at: 2)
        try bind(lower.nanoseconds, at: 3)
        try bind(upper.milliseconds, at: 4)
        try bind(upper.nanoseconds, at: 5)
    }
}
