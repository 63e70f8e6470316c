import Foundation
import QueryService
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import audit_query

/// What `check` says of forwarders of a store whose order of arrival is in a stream beside it.
@Suite struct ForwardInspectionTests {
    private func findings(_ error: StoreError?, isForwarded: Bool = true) throws -> [Finding] {
        let folder = try TemporaryFolder()
        if isForwarded {
            let checkpoint = #"{"farEnd":"file:/srv/siem","place":"","version":1}"#
            try checkpoint.write(toFile: folder.file("siem.json"), atomically: true, encoding: .utf8)
        }
        return ForwardInspection(
            folder: ForwarderFolder(path: folder.path), store: Streamed(error: error),
            now: TimeSource.system.wall()
        ).findings()
    }

    @Test func `a stream that cannot be read is wrong where something is forwarded, and nowhere else`() throws
    {
        let off = StoreError(
            .unfollowed, "DynamoDB: the table audit-records has no stream: turn it on with …")
        let found = try #require(try findings(off).first)
        #expect(found.subject == .forward && found.state == .wrong)
        #expect(
            found.text.contains("nothing can be forwarded: DynamoDB: the table audit-records has no stream"))
        let fine = try findings(nil)
        #expect(fine.count == 2 && fine.allSatisfy { $0.state == .ok })
        #expect(try findings(off, isForwarded: false).isEmpty)
    }
}

/// A store that is followed by a stream, and has nothing.
private struct Streamed: FollowedStore {
    let error: StoreError?
    let keepsAllArrivals = false

    func arrivalEnd(deadline: ContinuousClock.Instant) throws(StoreError) -> ArrivalPlace {
        if let error { throw error }
        return ArrivalPlace(origin: 1, number: 0)
    }

    func arrivals(_ read: ArrivalRead) throws(StoreError) -> Arrivals { .lost(.trimmed) }

    func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        throw StoreError(.unavailable, "it has nothing")
    }

    func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
        FetchedRecords(records: keys.map { _ in nil })
    }

    func fault(of record: AuditRecord) -> String? { nil }
    func put(_ records: [AuditRecord]) throws(StoreError) {}
    func probe() throws(StoreError) {}
}
