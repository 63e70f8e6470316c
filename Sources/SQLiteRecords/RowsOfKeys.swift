internal import AuditRecords
internal import GRDB

/// The records of keys, within one read.
struct RowsOfKeys {
    private let database: Database
    private let statement: PreparedStatement
    private let isEarlier: Bool
    private var names: NameLookup
    private var systems: [Identifier: [StoredSystem]] = [:]
    /// The last instants of systems, by number; nil for one without records.
    private var lastInstants: [Int64: Timestamp?] = [:]

    init(version: Int, in database: Database, _ memory: NameMemory = NameMemory()) throws {
        self.database = database
        isEarlier = EarlierSchema.versions.contains(version)
        statement = try PreparedStatement(
            isEarlier ? EarlierSchema.recordOfKey : SQLiteSchema.entryOfKey, in: database)
        names = NameLookup(database, memory)
    }

    /// The record of a key; nil where there is none. Among many keys one search tells of all that are later than any record
    /// of their system, as those of a log are that is loaded as it grows.
    mutating func record(of key: RecordKey, amongMany: Bool) throws -> AuditRecord? {
        guard try isEarlier ? find(earlier: key) : find(key, amongMany) else { return nil }
        if !isEarlier {
            _ = try statement.heldNumber(3) { "the record of \(StoredRecordFault.name(of: key))" }
        }
        return try statement.record(key, isEarlier: isEarlier, &names)
    }

    /// Whether an instant is later than all that a system has.
    mutating func isBehindAll(_ system: Identifier, _ instant: Timestamp) throws -> Bool {
        for system in try systems(named: system) {
            if let last = try lastInstant(of: system.number), instant <= last { return false }
        }
        return true
    }

    /// Ends the reading.
    func end() { statement.reset() }

    private func find(earlier key: RecordKey) throws -> Bool {
        statement.reset()
        try statement.bind(key.systemId.bytes, at: 1)
        try statement.bind(key.sortKey, at: 2)
        return try statement.step()
    }

    private mutating func find(_ key: RecordKey, _ amongMany: Bool) throws -> Bool {
        let uuid = PackedUUID(text: key.auditId.bytes)
        let form: AuditIdForm = uuid == nil ? .text : .uuid
        guard let system = try systems(named: key.systemId).first(where: { $0.form == form }) else {
            return false
        }
        if amongMany {
            guard let last = try lastInstant(of: system.number), key.instant <= last else { return false }
        }
        let instant = StoredInstant(key.instant)
        statement.reset()
        try statement.bind(system.number, at: 1)
        try statement.bind(instant.milliseconds, at: 2)
        try statement.bind(instant.nanoseconds, at: 3)
        try statement.bind(key.auditId, uuid, at: 4)
        return try statement.step()
    }

    private mutating func systems(named name: Identifier) throws -> [StoredSystem] {
        if let known = systems[name] { return known }
        let found = try SystemSearch.systems(named: name, in: database)
        systems[name] = found
        return found
    }

    private mutating func lastInstant(of system: Int64) throws -> Timestamp? {
        if let known = lastInstants[system] { return known }
        let statement = try PreparedStatement(SQLiteSchema.lastInstant, in: database)
        defer { statement.reset() }
        try statement.bind(system, at: 1)
        var last: Timestamp?
        if try statement.step() {
            // What is no instant tells nothing of those after it.
            last =
                StoredInstant(milliseconds: statement.integer(0), nanoseconds: statement.integer(1))
                .timestamp ?? .endOfTime
        }
        lastInstants[system] = .some(last)
        return last
    }
}
