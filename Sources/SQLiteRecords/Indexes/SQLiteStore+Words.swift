package import AuditRecords
package import AuditStores
internal import GRDB

extension SQLiteStore {
    /// So many records that may have all words are looked up; where there are more, many have them, and are found soon.
    private static let mostFound = 10_000
    /// So many records may be missing in the index for it to be of use.
    private static let mostMissing = 2000

    /// The keys of all records of a range behind a place that may have all words of a search, in order. Nil where the file has no
    /// index of words, or too many have them. Costs some 3 µs for each that has the characters of the words.
    package func keys(of read: WordRead) throws(StoreError) -> [RecordKey]? {
        try database.read(deadline: read.budget.deadline) { database, version in
            guard version == SQLiteSchema.version, try TextIndex.exists(database) else { return nil }
            let end = try TextIndex.end(database)
            guard
                let missing = try numbers(
                    TextIndexSQL.numbersBehind, database, most: Self.mostMissing,
                    {
                        try $0.bind(end, at: 1)
                    })
            else { return nil }
            guard
                let found = try numbers(
                    TextIndexSQL.numbers, database, most: Self.mostFound,
                    {
                        try $0.bind(read.search.trigramQuery, at: 1)
                    })
            else { return nil }
            var keys = try KeysOfNumbers(read, in: database)
            for (index, number) in (found.filter { $0 <= end } + missing).enumerated() {
                if index.isMultiple(of: 256) { try read.budget.checkDeadline() }
                try keys.append(number)
            }
            let sorted = keys.sorted
            read.trace?.note(read, looked: found.count + missing.count, found: sorted.count)
            return sorted
        }
    }

    /// Numbers that a statement brings; nil where there are more than so many.
    private func numbers(
        _ sql: String, _ database: Database, most: Int, _ bind: (PreparedStatement) throws -> Void
    ) throws -> [Int64]? {
        let statement = try PreparedStatement(sql, in: database)
        defer { statement.reset() }
        try bind(statement)
        try statement.bind(Int64(most + 1), at: 2)
        var numbers: [Int64] = []
        while try statement.step() { numbers.append(statement.integer(0)) }
        return numbers.count > most ? nil : numbers
    }
}

/// Keys of records, looked up by their numbers.
private struct KeysOfNumbers {
    private let read: WordRead
    private let database: Database
    private let statement: PreparedStatement
    private var systems: [Int64: StoredSystem] = [:]
    private var keys: [RecordKey] = []

    init(_ read: WordRead, in database: Database) throws {
        self.read = read
        self.database = database
        statement = try PreparedStatement(TextIndexSQL.key, in: database)
    }

    /// Looks up the key of a record, and keeps it if it is asked for. A number may stand for none any more.
    mutating func append(_ number: Int64) throws {
        defer { statement.reset() }
        try statement.bind(number, at: 1)
        guard try statement.step() else { return }
        let system = try system(statement.integer(0))
        if let wanted = read.systemId, wanted != system.name { return }
        let key = try statement.key(of: system, at: 1)
        guard read.range.contains(key.instant), read.order.areInOrder(read.after, key) else { return }
        keys.append(key)
    }

    var sorted: [RecordKey] {
        keys.sorted { read.order == .ascending ? $0 < $1 : $1 < $0 }
    }

    private mutating func system(_ number: Int64) throws -> StoredSystem {
        if let known = systems[number] { return known }
        let system = try SystemSearch.system(of: number, in: database)
        systems[number] = system
        return system
    }
}

extension RecordSearch {
    /// So many characters three in a row are asked for: each is a list to go through, and a few tell most records apart.
    private static let mostTrigrams = 8

    /// What the index is asked: three characters in a row, of which a record that has all words has all. Some of each word, one
    /// behind the other, and its last ones.
    var trigramQuery: [UInt8] {
        let words = words.map { String(decoding: $0, as: UTF8.self).unicodeScalars.map(String.init) }
        let share = max(1, Self.mostTrigrams / max(1, words.count))
        let trigrams = words.flatMap { word -> [String] in
            let starts = stride(from: 0, to: word.count - 3, by: 3).prefix(share - 1) + [word.count - 3]
            return starts.map { word[$0..<$0 + 3].joined() }
        }
        return Array(
            trigrams.map { TextIndexSQL.quoted(Array($0.utf8)) }.joined(separator: [UInt8(ascii: " ")]))
    }
}
