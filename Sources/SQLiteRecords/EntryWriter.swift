internal import AuditStores
internal import AuditRecords
internal import GRDB

/// Writes records within one transaction.
struct EntryWriter {
    /// So many records are written system by system and user by user: what is read together stands together, and pages of
    /// indexes are touched one after the other.
    private static let sortedFrom = 4096
    /// So many shapes a file numbers. Attributes of others are stored as they are.
    private static let mostShapes = 4096

    private let database: Database
    /// What it knows of the file.
    private(set) var memory: WriterMemory

    /// A writer that knows what the last one knew.
    init(_ database: Database, _ memory: consuming WriterMemory) {
        self.database = database
        self.memory = memory
    }

    /// A record as its row has it.
    private struct Entry {
        let system: Int64
        let instant: StoredInstant
        let auditId: StoredAuditId
        let user: Int64
        let resource: Int64
        let attributes: [UInt8]
    }

    /// Where a record stands in the order of writing, and where it stood among those that were given.
    private struct Place {
        let system: Int64
        let user: Int64
        let index: Int
    }

    /// Puts records; of several with one key the last.
    mutating func put(_ records: [AuditRecord]) throws {
        let last = try PreparedStatement(SQLiteSchema.lastNumber, in: database)
        guard try last.step() else { throw StoredRecordFault(number: 0, of: "order of arrival") }
        let first = last.integer(0) + 1
        last.reset()
        let entries = try records.map { try entry($0) }
        var places = entries.enumerated().map {
            Place(system: $0.element.system, user: $0.element.user, index: $0.offset)
        }
        if entries.count >= Self.sortedFrom { places.sort(by: Self.isBefore) }
        let insert = try PreparedStatement(SQLiteSchema.insert, in: database)
        for (number, place) in places.enumerated() {
            let entry = entries[place.index]
            try bind(entry, first + Int64(number), to: insert)
            try insert.run()
            guard database.changesCount == 0 else { continue }
            // There is one of this key. Of two of one batch the later is to stay, whichever is written first.
            let number = try self.number(of: entry) - first
            guard number < 0 || places[Int(number)].index < place.index else { continue }
            try replace(entry, insert)
        }
        let update = try PreparedStatement("UPDATE arrival SET last = ?1", in: database)
        try update.bind(first + Int64(records.count) - 1, at: 1)
        try update.run()
    }

    private static func isBefore(_ left: Place, _ right: Place) -> Bool {
        if left.system != right.system { return left.system < right.system }
        if left.user != right.user { return left.user < right.user }
        return left.index < right.index
    }

    private mutating func bind(_ entry: Entry, _ sequence: Int64, to insert: PreparedStatement) throws {
        try insert.bind(sequence, at: 1)
        try insert.bind(entry.system, at: 2)
        try insert.bind(entry.instant.milliseconds, at: 3)
        try insert.bind(entry.instant.nanoseconds, at: 4)
        try insert.bind(entry.auditId, at: 5)
        try insert.bind(entry.user, at: 6)
        try insert.bind(entry.resource, at: 7)
        if let packed = try packed(entry.attributes) {
            try insert.bind(blob: packed, at: 8)
        } else {
            try insert.bind(entry.attributes, at: 8)
        }
    }

    /// The number of the entry that has an entry's key.
    private func number(of entry: Entry) throws -> Int64 {
        let statement = try keyStatement(SQLiteSchema.numberOfKey, entry)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }

    /// Takes away what has an entry's key, and runs its insertion again, which has kept its values.
    private func replace(_ entry: Entry, _ insert: PreparedStatement) throws {
        try keyStatement(SQLiteSchema.remove, entry).run()
        try insert.run()
    }

    private func keyStatement(_ sql: String, _ entry: Entry) throws -> PreparedStatement {
        let statement = try PreparedStatement(sql, in: database)
        try statement.bind(entry.system, at: 1)
        try statement.bind(entry.instant.milliseconds, at: 2)
        try statement.bind(entry.instant.nanoseconds, at: 3)
        try statement.bind(entry.auditId, at: 4)
        return statement
    }

    private mutating func entry(_ record: AuditRecord) throws -> Entry {
        let auditId = StoredAuditId(record.key.auditId)
        let database = database
        let system = WriterMemory.SystemForm(name: record.key.systemId, form: auditId.form)
        return Entry(
            system: try memory.system(system) { try Self.number(of: system, in: database) },
            instant: StoredInstant(record.key.instant), auditId: auditId,
            user: try memory.user(record.userId) {
                try Self.number(of: record.userId.bytes, in: .users, of: database)
            },
            resource: try memory.resource(record.resourceId) {
                try Self.number(of: record.resourceId.bytes, in: .resources, of: database)
            },
            attributes: record.attributes)
    }
}

// Numbers.
extension EntryWriter {
    /// Attributes by the number of their shape; nil where they have none.
    private mutating func packed(_ attributes: [UInt8]) throws -> [UInt8]? {
        guard let split = SplitAttributes(attributes), let number = try number(ofShape: split.shape) else {
            return nil
        }
        var packed: [UInt8] = []
        packed.reserveCapacity(split.values.count + 3)
        packed.append(length: Int(number))
        packed.append(contentsOf: split.values)
        return packed
    }

    private mutating func number(ofShape shape: [UInt8]) throws -> Int64? {
        if let number = memory.shape(Identifier(shape)) { return number }
        var number = try Self.find(shape, in: .shapes, of: database)
        if number == nil {
            guard memory.hasSeen(Identifier(shape)), try Self.last(.shapes, in: database) < Self.mostShapes
            else { return nil }
            number = try Self.insert(shape, into: .shapes, of: database)
        }
        if let number { memory.keep(Identifier(shape), number: number) }
        return number
    }

    private static func number(of system: WriterMemory.SystemForm, in database: Database) throws -> Int64 {
        let known = try SystemSearch.systems(named: system.name, in: database)
        if let number = known.first(where: { $0.form == system.form })?.number { return number }
        let statement = try PreparedStatement(
            "INSERT INTO systems (name, form) VALUES (?1, ?2)", in: database)
        try statement.bind(system.name.bytes, at: 1)
        try statement.bind(system.form.rawValue, at: 2)
        try statement.run()
        return database.lastInsertedRowID
    }

    private static func number(of name: [UInt8], in table: NameTable, of database: Database) throws -> Int64 {
        try find(name, in: table, of: database) ?? insert(name, into: table, of: database)
    }

    private static func find(_ name: [UInt8], in table: NameTable, of database: Database) throws -> Int64? {
        let statement = try PreparedStatement(table.numberOfName, in: database)
        defer { statement.reset() }
        try statement.bind(name, for: table, at: 1)
        return try statement.step() ? statement.integer(0) : nil
    }

    private static func insert(_ name: [UInt8], into table: NameTable, of database: Database) throws -> Int64
    {
        let statement = try PreparedStatement(table.insertName, in: database)
        try statement.bind(name, for: table, at: 1)
        try statement.run()
        return database.lastInsertedRowID
    }

    private static func last(_ table: NameTable, in database: Database) throws -> Int64 {
        let statement = try PreparedStatement(table.lastNumber, in: database)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }
}
