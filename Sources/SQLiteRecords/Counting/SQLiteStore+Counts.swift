package import AuditStores

extension SQLiteStore {
    /// Counts by an index: some 50 ns a record, and 5 µs for each of a system's users (or resources) and times that make groups.
    /// Nil where no index has all that is asked for, where reading the records is less, and for files of an earlier version.
    package func count(_ count: IndexCount) throws(StoreError) -> IndexCounted? {
        guard let index = CountIndex(count) else { return nil }
        return try database.read(deadline: count.budget.deadline) { database, version in
            guard version == SQLiteSchema.version, let bounds = CountBounds(count),
                let sources = try CountSources(count, index, bounds, in: database).sources
            else { return nil }
            var counting = try IndexCounting(count, index, sources, bounds, in: database)
            defer { counting.end() }
            let counted = try counting.run()
            if let counted {
                count.trace?.note(count, index, sources: sources.count, counted: counted.tally.count)
            }
            return counted
        }
    }
}
