internal import AuditRecords
internal import AuditStores
internal import GRDB
internal import JSONBytes

/// Which row an index leads to.
struct EntryRow {
    let number: Int64
    /// What the index begins with there: the number of a system, or of a user or a resource; 0 in a file before version 3.
    let owner: Int64

    /// That of a place where there is no record.
    static let none = EntryRow(number: 0, owner: 0)
}

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
    /// The column of ``EntryRow/owner``.
    private let ownerColumn: Int32

    /// Rows to which the index of a kind leads, in an order, as those of so many logs come.
    init(
        version: Int, in database: Database, _ memory: NameMemory, _ kind: NameKind,
        order: SortOrder = .ascending, logs: Int = 1
    ) throws {
        (self.database, self.order) = (database, order)
        earlier =
            EarlierSchema.versions.contains(version)
            ? try PreparedStatement(EarlierSchema.record, in: database) : nil
        mostCursors = min(max(1, logs), RowCursor.most)
        names = NameLookup(database, memory)
        ownerColumn = kind.entryColumn
    }

    /// The record of a key and of the row that an index leads to, which is held against the key.
    mutating func record(_ key: RecordKey, _ row: EntryRow) throws -> AuditRecord {
        guard let statement = try statement(at: row.number),
            earlier != nil || statement.isEntry(of: key, row.owner, ownerColumn)
        else {
            throw StoredRecordFault(
                indexFrom: "the record of \(StoredRecordFault.name(of: key))", to: row.number)
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

extension PreparedStatement {
    /// The number that an index has in a column, where the next one has that of the row to which it leads: SQLite does not see that a
    /// damaged index leads elsewhere ([decision 120](docs/decisions/0120-an-index-is-held-against-its-rows.md)).
    ///
    /// - Throws: ``StoredRecordFault`` where the row is gone or another one; `what` says what the index leads from.
    func heldNumber(_ column: Int32, from what: () -> String) throws -> Int64 {
        let number = integer(column)
        guard integer(column + 1) == number else { throw StoredRecordFault(indexFrom: what(), to: number) }
        return number
    }

    /// The attributes in a column, as they came or by their shape; nil when they do not fit it.
    func attributes(_ column: Int32, _ names: inout NameLookup) throws -> AttributeText? {
        isBlob(column)
            ? try withBytes(column) { try names.attributes($0) }
            : AttributeText(bytes: bytes(column), isReadable: false)
    }

    /// Whether the entry that the statement is at is of an owner, whose number is in a column, and of a key, whose instant and audit id
    /// stand from column 4 on.
    fileprivate func isEntry(of key: RecordKey, _ owner: Int64, _ column: Int32) -> Bool {
        let instant = StoredInstant(key.instant)
        return integer(column) == owner && integer(4) == instant.milliseconds
            && integer(5) == instant.nanoseconds && withBytes(6) { key.auditId.isStored(as: $0) }
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

extension NameKind {
    /// Where an entry has the number of it.
    fileprivate var entryColumn: Int32 {
        switch self {
        case .user: 0
        case .resource: 1
        case .system: 7
        }
    }
}

extension Identifier {
    /// Whether an entry has this id of a record.
    fileprivate func isStored(as stored: UnsafeRawBufferPointer) -> Bool {
        guard let uuid = PackedUUID(text: bytes) else {
            return bytes.withUnsafeBytes { ByteSearch.areEqual($0, stored) }
        }
        return uuid.withBytes { ByteSearch.areEqual($0, stored) }
    }

    fileprivate var isText: Bool { (try? UTF8Span(validating: bytes.span)) != nil }
}
