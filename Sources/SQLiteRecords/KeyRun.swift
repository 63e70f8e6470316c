internal import AuditRecords
internal import AuditStores

/// A key that an index has.
struct FoundKey {
    let key: RecordKey
    /// The row of its record.
    let row: EntryRow
    /// Whether its record can be one that is looked for, as far as the index tells.
    let matches: Bool
}

/// The keys of one system in a partition, or in a file of version 1 those of all systems: in order, read some at a
/// time.
struct KeyRun {
    /// What is read.
    enum Source {
        /// A system, and the numbers that its records have in the index.
        case system(StoredSystem, IndexNumbers)
        /// A system of a file before version 3; nil for all of them.
        case earlier(Identifier?)
    }

    /// What the records of a system have to have in an index.
    struct IndexNumbers {
        /// What the index begins with: the system, or a user, a resource or a value of it.
        let owner: Int64
        /// A user, where the index tells of it and one is asked for.
        let user: Int64?
    }

    /// Keys that are read at once at most, of which a page may not need all where it has several runs.
    static let most = 32
    private static let mostAlone = 8 * most

    private let source: Source
    private var bounds: StoredBounds
    private let order: SortOrder
    /// What has been read and not taken, the next one last.
    private var keys: [FoundKey] = []
    private let wanted: Int
    private let most: Int
    private var count: Int
    private var hasMore = true

    /// A run of keys between bounds, of which so many are wanted at first, and that a sieve lets through if there is one. Of a run that is
    /// alone all of them are needed, if there are so many.
    init(
        _ source: Source, bounds: StoredBounds, order: SortOrder, wanted: Int, isAlone: Bool,
        _ sieved: SievedKeys?
    ) {
        self.source = source
        self.bounds = bounds
        self.order = order
        self.wanted = wanted
        most = isAlone ? Self.mostAlone : Self.most
        count = sieved?.firstCount(wanted: wanted) ?? min(wanted, most)
    }

    /// The next key, if it has been read.
    var head: FoundKey? { keys.last }

    /// Takes the next key.
    mutating func popHead() -> FoundKey? { keys.popLast() }

    /// Reads keys that a sieve lets through, unless some are left, and says whether there are any. Where not all is looked at, the
    /// last key is the place up to which it is.
    mutating func fill(from sieved: SievedKeys) throws -> Bool {
        guard keys.isEmpty, hasMore, case .system(let system, let numbers) = source else {
            return !keys.isEmpty
        }
        let slice = try sieved.slice(of: system, numbers.owner, bounds, count: count)
        count = sieved.nextCount(count, after: slice, wanted: wanted)
        keys = slice.keys.reversed()
        hasMore = slice.end != nil
        guard let end = slice.end else { return !keys.isEmpty }
        if keys.first?.key != end { keys.insert(FoundKey(key: end, row: .none, matches: false), at: 0) }
        goOn(behind: end)
        return true
    }

    private mutating func goOn(behind key: RecordKey) {
        if order == .ascending { bounds.lower = key } else { bounds.upper = key }
    }

    /// Reads keys, unless some are left, and says whether there are any.
    mutating func fill(from statement: PreparedStatement) throws -> Bool {
        guard keys.isEmpty, hasMore else { return !keys.isEmpty }
        defer { statement.reset() }
        try source.bind(bounds, to: statement)
        keys.reserveCapacity(count)
        while keys.count < count, try statement.step() {
            keys.append(
                FoundKey(
                    key: try source.key(statement), row: source.row(statement.integer(0)),
                    matches: statement.integer(1) != 0))
        }
        hasMore = keys.count == count
        count = min(2 * count, most)
        if let last = keys.last?.key { goOn(behind: last) }
        keys.reverse()
        return !keys.isEmpty
    }
}

extension KeyRun.Source {
    /// Asks for what lies between bounds.
    func bind(_ bounds: StoredBounds, to statement: PreparedStatement) throws {
        switch self {
        case .system(let system, let numbers):
            try statement.bind(
                numbers.owner, EntryPlace(bounds.first(of: system.name), else: .min, system.form),
                EntryPlace(bounds.end(of: system.name), else: .max, system.form))
            if let user = numbers.user { try statement.bind(user, at: 8) }
        case .earlier(let system?):
            try statement.bind(system.bytes, at: 2)
            try statement.bind(bounds.first(of: system)?.sortKey ?? [], at: 3)
            try statement.bind(bounds.end(of: system)?.sortKey, at: 4)
        case .earlier(nil):
            try statement.bind(bounds.lower?.sortKey ?? [], at: 3)
            try statement.bind(bounds.upper?.sortKey, at: 4)
            try statement.bind(bounds.lower?.systemId.bytes ?? [], at: 6)
            try statement.bind(bounds.upper?.systemId.bytes ?? [], at: 7)
        }
    }

    /// A row that stands there.
    fileprivate func row(_ number: Int64) -> EntryRow {
        switch self {
        case .system(_, let numbers): EntryRow(number: number, owner: numbers.owner)
        case .earlier: EntryRow(number: number, owner: 0)
        }
    }

    /// The key of the row that the statement is at.
    fileprivate func key(_ statement: PreparedStatement) throws -> RecordKey {
        switch self {
        case .system(let system, _):
            return try statement.key(of: system, at: 2)
        case .earlier(let system):
            return try RecordKey(
                systemId: system ?? Identifier(statement.bytes(3)), sortKey: statement.bytes(2))
        }
    }
}

extension PreparedStatement {
    /// The key whose instant, nanoseconds and audit id stand from a column on. An id that is not in its one form was not written by this
    /// program: the key could stand twice, and which of the two is read would depend on where a page begins.
    func key(of system: StoredSystem, at column: Int32) throws -> RecordKey {
        let instant = StoredInstant(milliseconds: integer(column), nanoseconds: integer(column + 1)).timestamp
        guard let instant, isBlob(column + 2) == (system.form == .uuid),
            let id = withBytes(column + 2, system.form.id)
        else {
            throw StoredRecordFault(system: system, milliseconds: integer(column), auditId: bytes(column + 2))
        }
        return RecordKey(systemId: system.name, instant: instant, auditId: Identifier(id))
    }

    /// Gives a place an audit id of a record, which is a UUID if that is given.
    func bind(_ auditId: Identifier, _ uuid: PackedUUID?, at number: Int32) throws {
        guard let uuid else { return try bind(auditId.bytes, at: number) }
        try uuid.withBytes { try bind($0, isText: false, at: number) }
    }

    /// Gives `?1` the number that an index begins with, and `?2` to `?4` an instant and an audit id.
    func bind(_ owner: Int64, _ instant: StoredInstant, _ auditId: StoredAuditId) throws {
        try bind(owner, at: 1)
        try bind(instant.milliseconds, at: 2)
        try bind(instant.nanoseconds, at: 3)
        try bind(auditId, at: 4)
    }

    /// Gives a place an audit id as it is stored.
    func bind(_ auditId: StoredAuditId, at number: Int32) throws {
        switch auditId.form {
        case .text: try bind(auditId.bytes, at: number)
        case .uuid: try bind(blob: auditId.bytes, at: number)
        }
    }
}
