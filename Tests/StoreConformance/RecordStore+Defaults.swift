package import AuditStores
package import AuditRecords
@testable import Threads

/// What most stores of tests have in common.
extension RecordStore {
    package func fault(of record: AuditRecord) -> String? { nil }
}

extension HelperThreads {
    /// What a store reads that is asked on several threads at once.
    package func read(_ reads: [PartitionRead], of store: some RecordStore) -> [Result<
        PartitionRun, StoreError
    >] {
        map(reads.count) { index in Result { () throws(StoreError) in try store.read(reads[index]) } }
    }
}
