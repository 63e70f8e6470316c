@testable import AuditQuery

/// What most stores of tests have in common.
extension RecordStore {
    var readAhead: HelperThreads? { nil }
    func fault(of record: AuditRecord) -> String? { nil }
}
