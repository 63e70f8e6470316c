internal import AuditRecords
internal import GRDB
internal import JSONBytes

/// What records have besides their keys, read row by row within one read.
struct StoredRows {
    private let database: Database
    private let order: SortOrder
    /// What looks up a row of a file of before version 3; nil for any other.
    private let earlier: PreparedStatement?
    /// One for each log that a row was wanted of, so many at most.
    private var cursors: [RowCursor] = []
    private let mostCursors: Int
    /// The cursor that looks up the next row that none of them comes to.
    private var searcher = 0
    private var names: NameLookup

    /// Rows that come in an order, as those of so many logs do.
    init(
        version: Int, in database: Database, _ memory: NameMemory, order: SortOrder = .ascending,
        logs: Int = 1
    ) throws {
        (self.database, self.order) = (database, order)
        earlier =
            EarlierSchema.versions.contains(version)
            ? try PreparedStatement(EarlierSchema.record, in: database) : nil
        mostCursors = min(max(1, logs), RowCursor.most)
        names = NameLookup(database, memory)
    }

    /// The record of a key and of a row.
    mutating func record(_ key: RecordKey, row: Int64) throws -> AuditRecord {
        guard let statement = try statement(at: row) else {
            throw StoredRecordFault(key, "its row is missing")
        }
        return try statement.record(key, isEarlier: earlier != nil, &names)
    }

    /// A statement that is at a row; nil where there is none.
    private mutating func statement(at row: Int64) throws -> PreparedStatement? {
        guard let earlier else {
            let place = try cursor(for: row)
            return try cursors[place].go(to: row) ? cursors[place].statement : nil
        }
        earlier.reset()
        try earlier.bind(row, at: 1)
        return try earlier.step() ? earlier : nil
    }

    private mutating func cursor(for row: Int64) throws -> Int {
        if let place = cursors.firstIndex(where: { $0.isBefore(row) }) { return place }
        guard cursors.count == mostCursors else {
            cursors.append(try RowCursor(cursors.count, order, in: database))
            return cursors.count - 1
        }
        searcher = (searcher + 1) % cursors.count
        return searcher
    }

    /// Ends the reading.
    func end() {
        earlier?.reset()
        for cursor in cursors { cursor.end() }
    }
}

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

extension PreparedStatement {
    /// The attributes in a column, as they came or by their shape; nil when they do not fit it.
    func attributes(_ column: Int32, _ names: inout NameLookup) throws -> AttributeText? {
        isBlob(column)
            ? try withBytes(column) { try names.attributes($0) }
            : AttributeText(bytes: bytes(column), isReadable: false)
    }

    /// The record of a key, of the row that the statement is at: user, resource and attributes come first.
    func record(_ key: RecordKey, isEarlier: Bool, _ names: inout NameLookup) throws -> AuditRecord {
        let user = isEarlier ? Identifier(bytes(0)) : try names.user(integer(0))
        let resource = isEarlier ? Identifier(bytes(1)) : try names.resource(integer(1))
        guard key.systemId.isText && key.auditId.isText && user.isText && resource.isText else {
            throw StoredRecordFault(key, "an id of it is not valid UTF-8")
        }
        let text =
            isEarlier ? AttributeText(bytes: bytes(2), isReadable: false) : try attributes(2, &names)
        guard let text else {
            throw StoredRecordFault(key, "its attributes do not fit their shape")
        }
        do throws(JSONFault) {
            return AuditRecord(
                key: key, userId: user, resourceId: resource,
                attributes: text.isReadable ? text.bytes : try AuditRecord.readable(attributes: text.bytes))
        } catch {
            throw StoredRecordFault(key, "attributes: \(error)")
        }
    }
}

extension Identifier {
    fileprivate var isText: Bool { (try? UTF8Span(validating: bytes.span)) != nil }
}
