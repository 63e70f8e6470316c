package import AuditStores
internal import AuditRecords
internal import GRDB

extension SQLiteStore {
    /// Lists names of which there are records. Each costs a search of an index, some 3 µs, however many records it has, and what a
    /// key may not see is not passed. Nil for a file of an earlier version, whose indexes lead to names of all systems.
    package func names(_ read: NameRead) throws(StoreError) -> NameRun? {
        try database.read(deadline: read.deadline) { database, version in
            guard version == SQLiteSchema.version else { return nil }
            let search = SystemSearch(read.scope, Budget(soft: read.deadline, deadline: read.deadline))
            let systems = try search.systems(in: database)
            var list = NameList(limit: read.limit)
            let names = try StoredNames(read, in: database)
            defer { names.end() }
            for system in systems {
                try list.merge(
                    read.kind == .system ? names.name(of: system) : names.names(of: system, list.last))
            }
            return NameRun(found: list.names, limit: read.limit)
        }
    }
}

/// The first names of several lists.
private struct NameList {
    let limit: Int
    /// One more than are asked for, where there are more.
    private(set) var names: [Identifier] = []

    init(limit: Int) { self.limit = limit }

    /// What no name can come behind; nil while there is room.
    var last: Identifier? { names.count > limit ? names.last : nil }

    mutating func merge(_ others: [Identifier]) {
        guard !others.isEmpty else { return }
        let sorted = (names + others).sorted()
        names = []
        for name in sorted where names.last != name && names.count <= limit { names.append(name) }
    }
}

/// The names of one kind in one system after the other.
private struct StoredNames {
    private let read: NameRead
    private let names: PreparedStatement
    /// Asks whether a number has a record: one that was replaced may have been the last of its names.
    private let record: PreparedStatement

    init(_ read: NameRead, in database: Database) throws {
        self.read = read
        let table: NameTable = read.kind == .resource ? .resources : .users
        names = try PreparedStatement(table.namesFrom, in: database)
        record = try PreparedStatement(read.kind.recordOfNumber, in: database)
    }

    /// A system's own, if it is one of those to be listed.
    func name(of system: StoredSystem) throws -> [Identifier] {
        try read.lists(system.name) && hasRecord(system.number) ? [system.name] : []
    }

    /// The names in a system, as many as can be listed: none comes behind `last`.
    func names(of system: StoredSystem, _ last: Identifier?) throws -> [Identifier] {
        defer { names.reset() }
        try names.bind(system.number, at: 1)
        let isBefore = read.prefix.lexicographicallyPrecedes(read.start)
        try names.bind(isBefore ? read.start : read.prefix, at: 2)
        var found: [Identifier] = []
        while found.count <= read.limit, try names.step() {
            let name = Identifier(names.bytes(2))
            guard name.bytes.starts(with: read.prefix), last.map({ name < $0 }) ?? true else { break }
            let number = try names.heldNumber(0) { "a name, \(StoredRecordFault.quoted(name.bytes))," }
            if try hasRecord(number) { found.append(name) }
            guard ContinuousClock.now < read.deadline else {
                throw StoreError(.deadline, "the request's deadline passed while names were listed")
            }
        }
        return found
    }

    func end() { record.reset() }

    private func hasRecord(_ number: Int64) throws -> Bool {
        record.reset()
        try record.bind(number, at: 1)
        return try record.step()
    }
}

extension NameKind {
    /// A record of the number `?1`.
    fileprivate var recordOfNumber: String {
        "SELECT 1 FROM entries INDEXED BY entries_by_\(rawValue) WHERE \(rawValue) = ?1 LIMIT 1"
    }
}
