internal import AuditRecords

/// A key that an index has.
struct FoundKey {
    let key: RecordKey
    /// The row of its record.
    let row: Int64
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

    /// Keys that are read at once at most, of which a page may not need all.
    static let most = 32

    private let source: Source
    private var bounds: StoredBounds
    private let order: SortOrder
    /// What has been read and not taken, the next one last.
    private var keys: [FoundKey] = []
    private var count: Int
    private var hasMore = true

    /// A run of keys between bounds, of which so many are read at first.
    init(_ source: Source, bounds: StoredBounds, order: SortOrder, count: Int) {
        self.source = source
        self.bounds = bounds
        self.order = order
        self.count = min(count, Self.most)
    }

    /// The next key, if it has been read.
    var head: FoundKey? { keys.last }

    /// Takes the next key.
    mutating func popHead() -> FoundKey? { keys.popLast() }

    /// Reads keys, unless some are left, and says whether there are any.
    mutating func fill(from statement: PreparedStatement) throws -> Bool {
        guard keys.isEmpty, hasMore else { return !keys.isEmpty }
        defer { statement.reset() }
        try source.bind(bounds, to: statement)
        while keys.count < count, try statement.step() {
            keys.append(
                FoundKey(
                    key: try source.key(statement), row: statement.integer(0),
                    matches: statement.integer(1) != 0))
        }
        hasMore = keys.count == count
        count = min(2 * count, Self.most)
        if let last = keys.last?.key {
            if order == .ascending { bounds.lower = last } else { bounds.upper = last }
        }
        keys.reverse()
        return !keys.isEmpty
    }
}

extension KeyRun.Source {
    /// Asks for what lies between bounds.
    func bind(_ bounds: StoredBounds, to statement: PreparedStatement) throws {
        switch self {
        case .system(let system, let numbers):
            try statement.bind(numbers.owner, at: 1)
            try statement.bind(bounds.first(of: system.name), else: .min, system.form, at: 2)
            try statement.bind(bounds.end(of: system.name), else: .max, system.form, at: 5)
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
    /// Gives three places from `?number` on a place among the records of a system, or one at an end of time for nil.
    fileprivate func bind(
        _ place: StoredPlace?, else end: Int64, _ form: AuditIdForm, at number: Int32
    ) throws {
        let instant =
            place.map { StoredInstant($0.instant) } ?? StoredInstant(milliseconds: end, nanoseconds: 0)
        try bind(instant.milliseconds, at: number)
        try bind(instant.nanoseconds, at: number + 1)
        // Where an instant begins, an id of any form comes behind the empty text.
        guard let id = place?.auditId, !id.isEmpty else { return try bind([], at: number + 2) }
        try bind(StoredAuditId(form: form, bytes: form.first(notBefore: id)), at: number + 2)
    }

    /// The key whose instant, nanoseconds and audit id stand from a column on.
    func key(of system: StoredSystem, at column: Int32) throws -> RecordKey {
        let instant = StoredInstant(milliseconds: integer(column), nanoseconds: integer(column + 1)).timestamp
        guard let instant, let id = withBytes(column + 2, system.form.id) else {
            throw StoredRecordFault(system: system, milliseconds: integer(column), auditId: bytes(column + 2))
        }
        return RecordKey(systemId: system.name, instant: instant, auditId: Identifier(id))
    }

    /// Gives a place an audit id of a record, which is a UUID if that is given.
    func bind(_ auditId: Identifier, _ uuid: PackedUUID?, at number: Int32) throws {
        guard let uuid else { return try bind(auditId.bytes, at: number) }
        try uuid.withBytes { try bind($0, isText: false, at: number) }
    }

    /// Gives a place an audit id as it is stored.
    func bind(_ auditId: StoredAuditId, at number: Int32) throws {
        switch auditId.form {
        case .text: try bind(auditId.bytes, at: number)
        case .uuid: try bind(blob: auditId.bytes, at: number)
        }
    }
}
