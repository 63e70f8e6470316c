internal import AuditRecords
internal import GRDB

/// Removes records within one transaction, and what only they had in indexes.
struct EntryRemover {
    private let database: Database
    private let indexes: [AttributeIndex]
    private let paths: IndexedPaths
    /// Up to which entry the index of words has all; nil where there is none.
    private let textEnd: Int64?
    private var names: NameLookup
    private var systems: [WriterMemory.SystemForm: Int64?] = [:]
    /// Numbers that may have lost their last record.
    private var users: Set<Int64> = []
    private var resources: Set<Int64> = []
    private var values: Set<OwnValue> = []

    /// A value's number in one of the indexes.
    private struct OwnValue: Hashable {
        let index: Int64
        let value: Int64
    }

    /// Where an entry stands.
    private struct Place {
        let sequence: Int64
        let system: Int64
        let instant: StoredInstant
        let auditId: StoredAuditId
    }

    /// A remover for the transaction that is open.
    init(_ database: Database) throws {
        self.database = database
        indexes = try AttributeIndex.all(in: database)
        paths = IndexedPaths(indexes.map(\.path))
        textEnd = try TextIndex.exists(database) ? TextIndex.end(database) : nil
        names = NameLookup(database)
        try database.execute(sql: RemovalSQL.overwrite)
    }

    /// Removes those that are there and came up to a number, and tells how many.
    mutating func remove(_ records: [AuditRecord], upTo mark: Int64) throws -> Int {
        try database.execute(sql: RemovalSQL.keepLast)
        let find = try PreparedStatement(RemovalSQL.entry, in: database)
        let remove = try PreparedStatement(SQLiteSchema.remove, in: database)
        var count = 0
        for record in records {
            guard let place = try take(record, find, upTo: mark) else { continue }
            if let textEnd, place.sequence <= textEnd { try removeText(of: record, place.sequence) }
            try remove.bind(place.sequence, at: 1)
            try remove.run()
            count += 1
        }
        try removeNames()
        return count
    }

    /// Finds a record's entry, takes it out of the indexes of attributes and notes what names it had.
    private mutating func take(
        _ record: AuditRecord, _ find: PreparedStatement, upTo mark: Int64
    ) throws -> Place? {
        let auditId = StoredAuditId(record.key.auditId)
        guard let system = try number(of: record.key.systemId, auditId.form) else { return nil }
        let instant = StoredInstant(record.key.instant)
        defer { find.reset() }
        try find.bind(system, instant, auditId)
        try find.bind(mark, at: 5)
        guard try find.step() else { return nil }
        let number = try find.heldNumber(3) { "the record of \(StoredRecordFault.name(of: record.key))" }
        let place = Place(sequence: number, system: system, instant: instant, auditId: auditId)
        users.insert(find.integer(0))
        resources.insert(find.integer(1))
        if !indexes.isEmpty { try removeKeys(of: place, try find.attributes(2, &names)?.bytes) }
        return place
    }

    private mutating func number(of name: Identifier, _ form: AuditIdForm) throws -> Int64? {
        let key = WriterMemory.SystemForm(name: name, form: form)
        if let known = systems[key] { return known }
        let number = try SystemSearch.systems(named: name, in: database).first { $0.form == form }?.number
        systems[key] = .some(number)
        return number
    }

    /// As the indexes have taken it in (``IndexBuilder``): attributes that cannot be read stand under any value.
    private mutating func removeKeys(of place: Place, _ attributes: [UInt8]?) throws {
        for (path, value) in IndexBuilder.values(of: attributes, paths, indexes)
        where place.sequence <= indexes[path].indexed {
            let index = indexes[path].number
            let number = try ValueIndex(index: index, value: value).number(in: place.system, database)
            guard let number else { continue }
            let own = OwnValue(index: index, value: number)
            let remove = try PreparedStatement(RemovalSQL.removeKey(index), in: database)
            try remove.bind(own.value, place.instant, place.auditId)
            try remove.run()
            values.insert(own)
        }
    }

    private func removeText(of record: AuditRecord, _ sequence: Int64) throws {
        let remove = try PreparedStatement(RemovalSQL.removeText, in: database)
        try remove.bind(sequence, at: 1)
        try remove.bind(TextIndex.text(of: record), at: 2)
        try remove.run()
    }

    /// Removes names and values that have no record any more.
    private mutating func removeNames() throws {
        try removeAll(users, RemovalSQL.removeName(.users, "user"))
        try removeAll(resources, RemovalSQL.removeName(.resources, "resource"))
        for (index, values) in Dictionary(grouping: values, by: \.index) {
            try removeAll(Set(values.map(\.value)), RemovalSQL.removeValue(index))
        }
        (users, resources, values) = ([], [], [])
    }

    private func removeAll(_ numbers: Set<Int64>, _ sql: String) throws {
        let remove = try PreparedStatement(sql, in: database)
        for number in numbers.sorted() {
            try remove.bind(number, at: 1)
            try remove.run()
        }
    }
}
