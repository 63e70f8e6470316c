package import AuditRecords
package import AuditStores
internal import GRDB

/// How far an index of an attribute has come, or that of words.
package struct IndexState: Hashable, Sendable {
    /// The attribute; nil for the index of words.
    package let path: AttributePath?
    /// Entries that came up to here are in it, in the order of arrival.
    package let indexed: Int64
    /// The last entry that has come.
    package let last: Int64

    /// Whether it has all. Readers use one of an attribute only then, and that of words also where some are missing.
    package var isComplete: Bool { indexed >= last }

    /// What people call it.
    package var name: String { path?.description ?? "words" }
}

extension SQLiteStore {
    /// Brings all indexes of attributes up to date, and that of words if it is wanted, in transactions of half a second or so,
    /// between which others may write; tells after each how far all are. One that ends anywhere is gone on
    /// with by the next. Some 5 µs for each record and index of an attribute.
    package func completeIndexes(noting note: ([IndexState]) -> Void = { _ in }) throws(StoreError) {
        var isDone = false
        while !isDone {
            var states: [IndexState] = []
            try database.write { database, _ in
                isDone = try IndexBuilder.step(database)
                if self.database.opener.indexes.text {
                    isDone = try TextIndex.step(database, TextIndex.batch) && isDone
                }
                states = try Self.states(database)
            }
            note(states)
        }
    }

    /// The indexes that the file has.
    package func indexes() throws(StoreError) -> [IndexState] {
        try database.read(deadline: .now + .seconds(2)) { database, _ in try Self.states(database) }
    }

    private static func states(_ database: Database) throws -> [IndexState] {
        let indexes = try AttributeIndex.all(in: database)
        let words = try TextIndex.exists(database) ? TextIndex.end(database) : nil
        guard !indexes.isEmpty || words != nil else { return [] }
        let last = try Int64.fetchOne(database, sql: SQLiteSchema.lastNumber) ?? 0
        return indexes.map { IndexState(path: $0.path, indexed: $0.indexed, last: last) }
            + (words.map { [IndexState(path: nil, indexed: $0, last: last)] } ?? [])
    }
}
