import AuditRecords
import AuditStores
import Evidence
import Foundation
import QueryService
import SQLiteRecords
import TestSupport
import Testing

@testable import audit_query

/// What one run of `audit-query seal` reads.
@Suite struct SealRunTests {
    private static func record(_ content: String) -> AuditRecord {
        AuditRecord(
            key: RecordKey(
                systemId: Identifier("billing"), instant: Timestamp(seconds: 86_400),
                auditId: Identifier("id-1")),
            userId: Identifier("u"), resourceId: Identifier("r"),
            attributes: Array("{\"n\":\"\(content)\"}".utf8))
    }

    @Test func `a day that a run has sealed is read again by the next one`() throws {
        let folder = try TemporaryFolder()
        let store = SQLiteStore(writing: folder.file("audit.db"))
        try store.probe()
        let seals = SealFolder(path: folder.file("seals"))
        try FileManager.default.createDirectory(atPath: seals.path, withIntermediateDirectories: true)
        let key = try SigningKey(name: "test", kind: .note)
        func run() throws -> SealRun {
            try SealRun(store, into: seals, key: key, .init(horizon: Timestamp(seconds: 10 * 86_400)))
        }
        var told: [DayDifference.Counts?] = []

        try store.put([Self.record("sealed")])
        var first = try run()
        try first.run(appeared: { _ in }, { _, _, difference in told.append(difference?.counts) })
        #expect(told == [nil])
        // As many records, so only reading tells that one is another.
        try store.put([Self.record("changed")])
        let next = try first.readAgain(from: 0, records: 1000) { _, _, difference in
            told.append(difference?.counts)
        }
        #expect(told == [nil] && next == 0)

        var second = try run()
        try second.run(appeared: { _ in }, { _, _, difference in told.append(difference?.counts) })
        #expect(told == [nil])
        _ = try second.readAgain(from: next, records: 1000) { _, _, difference in
            told.append(difference?.counts)
        }
        #expect(told == [nil, DayDifference.Counts(changed: 1)])
    }
}
