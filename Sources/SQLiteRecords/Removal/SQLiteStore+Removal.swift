package import AuditRecords
package import AuditStores
internal import GRDB

extension SQLiteStore: RemovingStore {
    /// As many as a transaction takes a few tenths of a second for, so that followers of logs go on between two.
    package var mostRemoved: Int { 2000 }

    /// The last number in the order of arrival.
    package func removalMark(deadline: ContinuousClock.Instant) throws(StoreError) -> Int64 {
        try lastArrival(deadline: deadline)?.number ?? 0
    }

    /// Removes records in one transaction, from the indexes of attributes and of words too, and the names of users and resources
    /// that have no record any more. What it frees is overwritten. Some 10 µs a record, and what indexing it took. Places
    /// in the order of arrival are not given anew.
    package func remove(_ records: [AuditRecord], before mark: Int64) throws(StoreError) -> Int {
        var removed = 0
        try database.write { database, memory in
            var remover = try EntryRemover(database)
            removed = try remover.remove(records, upTo: mark)
            // Numbers of names are gone.
            if removed > 0 { memory = WriterMemory() }
        }
        return removed
    }
}
