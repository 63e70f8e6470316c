internal import AuditRecords
internal import AuditStores
internal import GRDB

/// Brings a file's indexes of attributes up to date, in transactions that are small beside it. Nothing is written but what is
/// committed with how far it has come: so it may end anywhere, and whoever writes next goes on from there.
struct IndexBuilder {
    /// What is looked at in one transaction.
    static let batch = BatchLimit(records: 50_000, bytes: 32 << 20)
    /// The most keys that one transaction is to write: one record may have many values.
    private static let mostKeys = 500_000

    private let database: Database
    private let indexes: [AttributeIndex]
    private let paths: IndexedPaths
    private var names: NameLookup
    private var numbers: [OwnValue: Int64] = [:]
    private var keys: [IndexKey] = []
    /// Audit ids of all keys, as they are stored.
    private var ids: [UInt8] = []

    /// A value of a system in one of the indexes.
    private struct OwnValue: Hashable {
        let index: Int
        let system: Int64
        let value: IndexedValue
    }

    /// A value, and an entry that has it.
    private struct IndexKey {
        /// Which of the indexes.
        let index: Int
        let value: Int64
        let instant: StoredInstant
        /// Where its audit id stands in ``ids``, and whether that is a text.
        let id: Range<Int>
        let isText: Bool
    }

    /// Makes a file have indexes of these paths and no others. New ones have nothing yet.
    static func setIndexes(_ paths: [AttributePath], in database: Database) throws {
        let known = try AttributeIndex.all(in: database)
        guard Set(known.map(\.path)) != Set(paths) else { return }
        if try !AttributeIndex.areThere(database) { try database.execute(sql: AttributeIndexSQL.table) }
        for index in known where !paths.contains(index.path) {
            try database.execute(sql: AttributeIndexSQL.drop(index.number))
        }
        for path in paths where !known.contains(where: { $0.path == path }) {
            try database.execute(
                sql: "INSERT INTO attribute_indexes (path, indexed) VALUES (?, 0)",
                arguments: [path.description])
            try database.execute(sql: AttributeIndexSQL.create(database.lastInsertedRowID))
        }
    }

    /// One transaction's work; true when all indexes have all entries.
    static func step(_ database: Database, batch: BatchLimit = batch) throws -> Bool {
        let indexes = try AttributeIndex.all(in: database)
        let last = try Int64.fetchOne(database, sql: SQLiteSchema.lastNumber) ?? 0
        guard let first = indexes.map(\.indexed).min(), first < last else { return true }
        var builder = IndexBuilder(indexes, in: database)
        let end = try builder.readEntries(after: first, batch) ?? last
        try builder.writeKeys()
        let note = try PreparedStatement(AttributeIndexSQL.note, in: database)
        for index in indexes where index.indexed < end {
            try note.bind(index.number, at: 1)
            try note.bind(end, at: 2)
            try note.run()
        }
        return end >= last
    }

    private init(_ indexes: [AttributeIndex], in database: Database) {
        self.database = database
        self.indexes = indexes
        paths = IndexedPaths(indexes.map(\.path))
        names = NameLookup(database)
    }

    /// Finds the values of some entries. Returns the last of them; nil when there are no more.
    private mutating func readEntries(after place: Int64, _ batch: BatchLimit) throws -> Int64? {
        let rows = try PreparedStatement(AttributeIndexSQL.entries, in: database)
        defer { rows.reset() }
        try rows.bind(place, at: 1)
        var (count, bytes) = (0, 0)
        while try rows.step() {
            let sequence = rows.integer(0)
            let attributes = try rows.attributes(5, &names)?.bytes
            try take(attributes, of: rows, sequence)
            (count, bytes) = (count + 1, bytes + (attributes?.count ?? 0))
            if count >= batch.records || bytes >= batch.bytes || keys.count >= Self.mostKeys {
                return sequence
            }
        }
        return nil
    }

    private mutating func take(
        _ attributes: [UInt8]?, of row: PreparedStatement, _ sequence: Int64
    ) throws {
        let values = Self.values(of: attributes, paths, indexes)
        guard !values.isEmpty else { return }
        let start = ids.count
        ids.append(contentsOf: row.bytes(4))
        for (index, value) in values where indexes[index].indexed < sequence {
            let number = try number(of: OwnValue(index: index, system: row.integer(1), value: value))
            keys.append(
                IndexKey(
                    index: index, value: number,
                    instant: StoredInstant(milliseconds: row.integer(2), nanoseconds: row.integer(3)),
                    id: start..<ids.count, isText: !row.isBlob(4)))
        }
    }

    /// Under which values of which indexes a record of these attributes stands; nil for what cannot be read.
    static func values(
        of attributes: [UInt8]?, _ paths: IndexedPaths, _ indexes: [AttributeIndex]
    ) -> [(Int, IndexedValue)] {
        attributes.flatMap { paths.values(of: $0) } ?? indexes.indices.map { ($0, IndexedValue.anything) }
    }

    private mutating func number(of value: OwnValue) throws -> Int64 {
        if let known = numbers[value] { return known }
        let index = indexes[value.index].number
        let found = try ValueIndex(index: index, value: value.value).number(in: value.system, database)
        let number = try found ?? insert(value, into: index)
        numbers[value] = number
        return number
    }

    private func insert(_ value: OwnValue, into index: Int64) throws -> Int64 {
        let insert = try PreparedStatement(AttributeIndexSQL.insertValue(index), in: database)
        try insert.bind(value.system, at: 1)
        try insert.bind(value.value, at: 2)
        try insert.run()
        return database.lastInsertedRowID
    }

    /// Writes value by value, so that what stands together is written together.
    private mutating func writeKeys() throws {
        let order = keys.indices.sorted {
            (keys[$0].index, keys[$0].value, $0) < (keys[$1].index, keys[$1].value, $1)
        }
        let inserts = try indexes.map {
            try PreparedStatement(AttributeIndexSQL.insertKey($0.number), in: database)
        }
        defer { for insert in inserts { insert.forget() } }
        try ids.withUnsafeBytes { ids in
            for place in order {
                let key = keys[place]
                let insert = inserts[key.index]
                try insert.bind(key.value, at: 1)
                try insert.bind(key.instant.milliseconds, at: 2)
                try insert.bind(key.instant.nanoseconds, at: 3)
                let id = UnsafeRawBufferPointer(rebasing: ids[key.id])
                try insert.bind(borrowed: id, isText: key.isText, at: 4)
                try insert.run()
            }
        }
    }
}
