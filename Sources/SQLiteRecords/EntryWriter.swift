internal import AuditStores
internal import AuditRecords
internal import GRDB

/// Writes records within one transaction.
struct EntryWriter {
    let database: Database
    /// What it knows of the file.
    var memory: WriterMemory
    /// Attributes of one record by their shape, in a buffer that the next one takes over.
    var packed: [UInt8] = []
    /// Audit ids and attributes of all records, as they are stored.
    private var stored: [UInt8] = []

    /// A writer that knows what the last one knew.
    init(_ database: Database, _ memory: consuming WriterMemory) {
        self.database = database
        self.memory = memory
    }

    /// A record's row. No reference, for there are many of them, and they are not written in the order in which they came: what
    /// is looked at then should be close together.
    private struct Entry {
        let system: Int64
        let instant: StoredInstant
        let user: Int64
        let resource: Int64
        let form: AuditIdForm
        /// Whether its attributes are split.
        let isPacked: Bool
        /// Where its audit id begins in ``stored``, and its attributes, and where those end.
        let id: Int
        let attributes: Int
        let end: Int
    }

    /// Where a record stands in the order of writing, and where it stood among those that were given.
    private struct Place {
        let system: Int64
        let index: Int
    }

    /// Puts records, of several with one key the last: system by system, so that what a system's log has together stands together,
    /// and is found one after the other by whoever reads it in order.
    mutating func put(_ records: [AuditRecord]) throws {
        let last = try PreparedStatement(SQLiteSchema.lastNumber, in: database)
        guard try last.step(), last.integer(0) <= .max - Int64(records.count) else {
            throw StoredRecordFault(number: 0, of: "order of arrival")
        }
        let first = last.integer(0) + 1
        last.reset()
        let entries = try records.map { try entry($0) }
        var places = entries.enumerated().map { Place(system: $0.element.system, index: $0.offset) }
        places.sort { ($0.system, $0.index) < ($1.system, $1.index) }
        try stored.withUnsafeBytes { try insert(entries, places, $0, from: first) }
        let update = try PreparedStatement("UPDATE arrival SET last = ?1", in: database)
        try update.bind(first + Int64(records.count) - 1, at: 1)
        try update.run()
    }

    private func insert(
        _ entries: [Entry], _ places: [Place], _ stored: UnsafeRawBufferPointer, from first: Int64
    ) throws {
        let insert = try PreparedStatement(SQLiteSchema.insert, in: database)
        defer { insert.forget() }
        let remove = try PreparedStatement(SQLiteSchema.remove, in: database)
        for (number, place) in places.enumerated() {
            let entry = entries[place.index]
            try insert.bind(first + Int64(number), at: 1)
            try bind(keyOf: entry, stored, from: 2, to: insert)
            try insert.bind(entry.user, at: 6)
            try insert.bind(entry.resource, at: 7)
            let attributes = UnsafeRawBufferPointer(rebasing: stored[entry.attributes..<entry.end])
            try insert.bind(borrowed: attributes, isText: !entry.isPacked, at: 8)
            try insert.run()
            guard database.changesCount == 0 else { continue }
            // There is one of this key. Of two of one batch the later is to stay, whichever is written first.
            let there = try self.number(of: entry, stored)
            guard there < first || places[Int(there - first)].index < place.index else { continue }
            try remove.bind(there, at: 1)
            try remove.run()
            // It has kept its values.
            try insert.run()
        }
    }

    private func bind(
        keyOf entry: Entry, _ stored: UnsafeRawBufferPointer, from number: Int32,
        to statement: PreparedStatement
    ) throws {
        try statement.bind(entry.system, at: number)
        try statement.bind(entry.instant.milliseconds, at: number + 1)
        try statement.bind(entry.instant.nanoseconds, at: number + 2)
        let id = UnsafeRawBufferPointer(rebasing: stored[entry.id..<entry.attributes])
        try statement.bind(borrowed: id, isText: entry.form == .text, at: number + 3)
    }

    /// The number of the entry that has an entry's key.
    private func number(of entry: Entry, _ stored: UnsafeRawBufferPointer) throws -> Int64 {
        let statement = try PreparedStatement(SQLiteSchema.numberOfKey, in: database)
        defer { statement.forget() }
        try bind(keyOf: entry, stored, from: 1, to: statement)
        return try statement.step() ? statement.heldNumber(0) { "a record that is written" } : 0
    }

    private mutating func entry(_ record: AuditRecord) throws -> Entry {
        let id = stored.count
        let form = appendAuditId(record.key.auditId)
        let attributes = stored.count
        let isPacked = try pack(record.attributes)
        stored.append(contentsOf: isPacked ? packed : record.attributes)
        let database = database
        let systemForm = WriterMemory.SystemForm(name: record.key.systemId, form: form)
        let system = try memory.system(systemForm) { try Self.number(of: systemForm, in: database) }
        let user = WriterMemory.OwnName(system: system, name: record.userId)
        let resource = WriterMemory.OwnName(system: system, name: record.resourceId)
        return Entry(
            system: system, instant: StoredInstant(record.key.instant),
            user: try memory.user(user) { try Self.number(of: user, in: .users, of: database) },
            resource: try memory.resource(resource) {
                try Self.number(of: resource, in: .resources, of: database)
            },
            form: form, isPacked: isPacked, id: id, attributes: attributes, end: stored.count)
    }

    private mutating func appendAuditId(_ id: Identifier) -> AuditIdForm {
        guard let uuid = PackedUUID(text: id.bytes) else {
            stored.append(contentsOf: id.bytes)
            return .text
        }
        uuid.withBytes { stored.append(contentsOf: $0) }
        return .uuid
    }
}
