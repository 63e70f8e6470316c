import AuditStores
import AuditRecords
internal import QueryService
internal import Synchronization

/// A store that keeps what is put into it, and has nothing to read.
final class KeepingStore: RecordStore {
    private let kept = Mutex<[AuditRecord]>([])

    var records: [AuditRecord] { kept.withLock { $0 } }

    func put(_ records: [AuditRecord]) throws(StoreError) {
        kept.withLock { $0 += records }
    }

    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        PartitionRun(records: [], resume: nil)
    }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        FetchedRecords(records: keys.map { _ in nil })
    }

    func fault(of record: AuditRecord) -> String? { nil }

    func probe() throws(StoreError) {}
}
