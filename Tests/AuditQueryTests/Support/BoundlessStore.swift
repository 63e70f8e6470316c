@testable import AuditQuery

/// A store that keeps no bound of bytes: its reader has to.
struct BoundlessStore: RecordStore {
    let inner: NaiveStore

    func read(_ read: RangeRead) throws(StoreError) -> RangePage {
        var budget = read.budget
        budget.bytes = .max
        return try inner.read(
            RangeRead(
                partition: read.partition, range: read.range, order: read.order, after: read.after,
                filter: read.filter, limit: read.limit, budget: budget))
    }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        try inner.fetch(keys, budget: budget)
    }

    func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }

    func probe() throws(StoreError) {}
}
