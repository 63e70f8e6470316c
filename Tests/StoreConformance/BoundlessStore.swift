package import AuditRecords
package import AuditStores

/// A store that keeps no bound of bytes: its reader has to.
package struct BoundlessStore: RecordStore {
    package let inner: NaiveStore

    package func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        var budget = read.budget
        budget.bytes = .max
        return try inner.read(
            PartitionRead(
                partition: read.partition, range: read.range, order: read.order, after: read.after,
                restriction: read.restriction, limit: read.limit, budget: budget))
    }

    package func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        try inner.fetch(keys, budget: budget)
    }

    package func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }

    package func probe() throws(StoreError) {}
}
