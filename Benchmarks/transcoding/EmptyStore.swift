import AuditStores
import AuditRecords
internal import QueryService

/// A store that is never asked: the search wants one, and only writes answers here.
struct EmptyStore: RecordStore {
    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        PartitionRun(records: [], resume: nil)
    }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        FetchedRecords(records: Array(repeating: nil, count: keys.count))
    }

    func fault(of record: AuditRecord) -> String? { nil }

    func put(_ records: [AuditRecord]) throws(StoreError) {}

    func probe() throws(StoreError) {}
}
