import TestSupport
import Testing
@testable import SQLiteRecords
@testable import AuditRecords
@testable import StoreConformance
@testable import AuditStores

@Suite struct ConformanceTests {
    @Test(arguments: StoreConformance.checks.map(\.name))
    func `the embedded store does what every store must`(_ name: String) throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        let check = try #require(StoreConformance.checks.first { $0.name == name })
        try check.run(StoreConformance(store: store))
    }

    @Test func `all checks may share one store, which one process reads and another writes`() throws {
        let folder = try TemporaryFolder()
        let writer = SQLiteStore(writing: folder.file("audit.db"))
        try writer.probe()
        let reader = SQLiteStore(reading: folder.file("audit.db"), readers: 2)
        let store = SplitStore(reader: reader, writer: writer)
        for check in StoreConformance.checks { try check.run(StoreConformance(store: store)) }
    }

    /// Reads go to one store and writes to another one of the same file.
    private struct SplitStore: RecordStore {
        let reader: SQLiteStore
        let writer: SQLiteStore

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try reader.read(read) }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try reader.fetch(keys, budget: budget)
        }
        func put(_ records: [AuditRecord]) throws(StoreError) { try writer.put(records) }
        func probe() throws(StoreError) { try reader.probe() }
    }
}
