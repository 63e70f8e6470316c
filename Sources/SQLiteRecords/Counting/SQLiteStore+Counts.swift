internal import AuditRecords
package import AuditStores

extension SQLiteStore {
    /// Counts by an index: some 50 ns a record, and 5 µs for each of a system's users (or resources) and times that make groups.
    /// Nil where no index has all that is asked for, where reading the records is less, and for files of an earlier version.
    /// What stands in attributes is counted in their rows, some 0.4 us each, and so is what passes a filter, unless an index of an
    /// attribute leads to it.
    package func count(_ count: IndexCount) throws(StoreError) -> IndexCounted? {
        guard !count.looksIntoRows else { return try countRows(count) }
        guard let index = CountIndex(count) else { return nil }
        return try database.read(deadline: count.budget.deadline) { database, version in
            guard version == SQLiteSchema.version, let bounds = CountBounds(count),
                let sources = try CountSources(count, index, bounds, in: database).sources
            else { return nil }
            var counting = try IndexCounting(count, index, sources, bounds, in: database)
            defer { counting.end() }
            let counted = try counting.run()
            if let counted {
                count.trace?.note(
                    count, KeySQL.index(of: index.kind), "counted without records", sources: sources.count,
                    counted: counted.tally.count)
            }
            return counted
        }
    }

    private func countRows(_ count: IndexCount) throws(StoreError) -> IndexCounted? {
        try database.read(deadline: count.budget.deadline) { database, version, names in
            guard version == SQLiteSchema.version, let bounds = CountBounds(count) else { return nil }
            let sieve = count.filter.flatMap { RecordSieve($0) }
            if let filter = count.filter {
                guard sieve?.isExact ?? false, try !IndexChoice.leads(to: filter, in: database) else {
                    return nil
                }
            }
            var counting = try RowCounting(count, bounds, sieve, in: database, names)
            defer { counting.end() }
            let counted = try counting.run()
            if let counted {
                count.trace?.note(
                    count, counting.index, "rows counted by their values", sources: counting.sourceCount,
                    counted: max(counted.looked, counted.tally.count))
            }
            return counted
        }
    }
}
