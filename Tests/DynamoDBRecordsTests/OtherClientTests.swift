import Foundation
import Gzip
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DynamoDBStandIns
@testable import StoreConformance
@testable import SQLiteRecords
@testable import DynamoDBRecords
@testable import LogFormats

/// Records that another client wrote into the table are read exactly.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct OtherClientTests {
    private struct Written: Decodable {
        let systemId, timestamp, auditId, userId, resourceId, attributes: String

        func record() throws -> AuditRecord {
            AuditRecord(
                key: try RecordKey(
                    systemId: Identifier(systemId), timestamp: Array(timestamp.utf8),
                    auditId: Identifier(auditId)),
                userId: Identifier(userId), resourceId: Identifier(resourceId),
                attributes: Array(attributes.utf8))
        }
    }

    private func all(_ query: RecordQuery, of store: any RecordStore) throws -> [AuditRecord] {
        return try Paging(store: store, scope: .all).records(of: query)
    }

    @Test func `records in the old service's layout, of every type, are read exactly`() throws {
        let url = try MotoServer.shared().url
        let store = try MotoTable.make("old-service", at: url)
        let lines = try OtherClient.write(to: "old-service", at: url).split(separator: "\n")
        let records = try lines.map {
            try JSONDecoder().decode(Written.self, from: Data($0.utf8)).record()
        }
        #expect(records.count == 72)
        var model = RecordModel()
        model.put(records)
        let range = TimeRange(
            start: TestRecord.instant("2024-02-27T00:00:00Z"), end: TestRecord.instant("2024-03-01T00:00:00Z")
        )
        for order in SortOrder.allCases {
            for limit in [1, 7, 1000] {
                for id in Set(records.flatMap { [$0.key.systemId, $0.userId, $0.resourceId] }) {
                    for query in [
                        RecordQuery(userId: id, order: order, limit: limit),
                        RecordQuery(resourceId: id, order: order, limit: limit),
                        RecordQuery(systemId: id, range: range, order: order, limit: limit),
                    ] {
                        try requireEqual(try all(query, of: store), model.matching(query, scope: .all), query)
                    }
                }
            }
        }
        let keys = records.map(\.key)
        #expect(try store.fetch(Array(keys.prefix(72)), budget: .ample).records == records)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: Place.realData), "the real data is not here"))
    func `the real records, loaded here or by another client, give SQLite's answers`() throws {
        let url = try MotoServer.shared().url
        let folder = try TemporaryFolder()
        let sqlite = SQLiteStore(writing: folder.file("audit.db"))
        let loaded = try MotoTable.make("real-loaded", at: url)
        let other = try MotoTable.make("real-other", at: url)
        let records = try load(into: [sqlite, loaded])
        _ = try OtherClient.write(to: "real-other", at: url, file: Place.realData)
        let day = TimeRange(
            start: TestRecord.instant("2023-07-10T00:00:00Z"), end: TestRecord.instant("2023-07-11T00:00:00Z")
        )
        let queries =
            Set(records.map(\.userId)).sorted().map { RecordQuery(userId: $0, limit: 1000) }
            + Set(records.map(\.key.systemId)).sorted().map {
                RecordQuery(systemId: $0, range: day, order: .ascending, limit: 1000)
            } + Set(records.map(\.resourceId)).sorted().map { RecordQuery(resourceId: $0, limit: 1000) }
        #expect(records.count == 2900 && queries.count == 21 + 29 + 309)
        for query in queries {
            let expected = try all(query, of: sqlite).map(Comparable.init)
            #expect(try all(query, of: loaded).map(Comparable.init) == expected, "\(query)")
            #expect(try all(query, of: other).map(Comparable.init) == expected, "\(query)")
        }
    }

    private func load(into stores: [any RecordStore]) throws -> [AuditRecord] {
        var reader = try GzipReader(path: Place.realData)
        var splitter = LineSplitter()
        var records: [AuditRecord] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = try reader.read(into: &chunk), count > 0 {
            try splitter.take(chunk[..<count]) { line in
                if case .bytes(let bytes) = line { records.append(try RecordLine.record(bytes)) }
            }
        }
        for store in stores { try store.put(records) }
        return records
    }

    /// A record with its attributes as values: the emulator writes their text anew.
    private struct Comparable: Equatable {
        let key: RecordKey
        let userId, resourceId: Identifier
        let attributes: NSDictionary

        init(_ record: AuditRecord) throws {
            key = record.key
            userId = record.userId
            resourceId = record.resourceId
            attributes = try #require(
                try JSONSerialization.jsonObject(with: Data(record.attributes)) as? NSDictionary)
        }
    }
}
