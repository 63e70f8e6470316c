import AuditStores
import DemoData
import QueryService
import SQLiteRecords
import TestSupport
import Testing
@testable import AuditRecords
@testable import audit_query

/// What several threads read of a range is what is in it, in order, also where records stand close together after long stretches without.
@Suite struct ExportReadingTests {
    private static let user = Identifier(Array("user".utf8))

    @Test func `bursts of records are read once each, in order, by any number of threads`() throws {
        forAll(cases: 8) { random in
            let folder = try TemporaryFolder()
            let store = SQLiteStore(writing: folder.file("audit.db"))
            let records = Self.bursts(&random)
            try store.put(records)
            let order = random.pick(SortOrder.allCases)
            let threads = random.number(in: 1...4)
            let first = try #require(records.first?.key.instant)
            // Years before and after, as where nothing is said of an end.
            let slices = ExportSlices(
                from: first.advanced(bySeconds: -Int64(random.number(below: 50_000_000))),
                before: first.advanced(bySeconds: 100_000_000), order, longest: 31 * 86_400,
                window: 2 * threads)
            var query = RecordQuery(userId: Self.user, limit: 1000)
            query.order = order
            let search = UnrestrictedSearch(
                store: store, cursors: try CursorSeal(secret: Array(repeating: 1, count: 32)),
                settings: ServiceSettings())
            let source = StoreExport(
                query, search, .rows(RecordWriter(.ndjson)), kind: "sqlite", sealed: FolderSeals(folder: nil))
            var keys: [RecordKey] = []
            try ExportReading(source, slices, threads: threads).run { rows in
                keys += rows.rows.map(\.key)
                let lines = rows.bytes.split(separator: UInt8(ascii: "\n"))
                try require(
                    rows.rows.last?.end == rows.bytes.count && lines.count == rows.count, "\(rows.count)")
            }
            let expected = records.map(\.key).sorted { order.areInOrder($0, $1) }
            try require(keys == expected, "\(keys.count) of \(expected.count), \(order), \(threads) threads")
        }
    }

    /// Some thousand records within an instant, seconds or hours, more than once.
    private static func bursts(_ random: inout SplitMix64) -> [AuditRecord] {
        var instant = Timestamp(seconds: 1_700_000_000)
        var records: [AuditRecord] = []
        for burst in 0..<random.number(in: 1...3) {
            let span = random.pick([0, 1, 30, 7200])
            for number in 0..<random.number(in: 1...9000) {
                let at = instant.advanced(
                    bySeconds: Int64(random.number(below: span + 1)),
                    nanoseconds: Int32(random.number(below: 1000) * (span == 0 ? 0 : 1_000_000)))
                let id = Identifier(Array("\(burst)-\(number)".utf8))
                records.append(
                    AuditRecord(
                        key: RecordKey(systemId: user, instant: at, auditId: id), userId: user,
                        resourceId: user,
                        attributes: Array("{}".utf8)))
            }
            instant = instant.advanced(bySeconds: Int64(random.number(below: 10_000_000)))
        }
        return records
    }
}
