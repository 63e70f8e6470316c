import Synchronization
import TestSupport
import Testing
@testable import Threads
@testable import DynamoDBStandIns
@testable import AuditRecords
@testable import Loading
@testable import StoreConformance
@testable import DemoData
@testable import AuditStores
@testable import DynamoDBRecords
@testable import LogFormats

/// Batches of which DynamoDB does a part at a time.
@Suite struct BatchTests {
    private typealias Answer = ScriptedDynamoDB.Answer

    private let records = (0..<60).map {
        TestRecord.make(
            Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z", user: "", resource: "",
            attributes: "{\"n\":\($0)}")
    }

    private static func item(_ record: AuditRecord) -> String {
        var item: [UInt8] = []
        try? ItemWriter.append(record, to: &item)
        return String(decoding: item, as: UTF8.self)
    }

    /// The items of a BatchGetItem's first keys; the others are left unprocessed.
    private static func answer(_ keys: [String], first count: Int, of records: [AuditRecord]) -> Answer {
        let items = keys.prefix(count).compactMap { key in
            records.first { key.contains("#\($0.key.auditId)\"") }.map(item)
        }
        let left = keys.dropFirst(count)
        let unprocessed = left.isEmpty ? "" : "\"audit-records\":{\"Keys\":[\(left.joined(separator: ","))]}"
        return Answer(
            body:
                "{\"Responses\":{\"audit-records\":[\(items.joined(separator: ","))]},\"UnprocessedKeys\":{\(unprocessed)}}"
        )
    }

    @Test func `keys that are left unprocessed are asked again, and are never answered as missing`() throws {
        let records = records
        let missing = TestRecord.make("missing", at: "2024-01-31T10:00:00Z").key
        try ScriptedDynamoDB.with({ _, body in Self.answer(body.elements, first: 7, of: records) }) {
            store, server in
            let found = try store.fetch(records.map(\.key) + [missing], budget: .ample).records
            #expect(found == records + [nil])
            #expect(server.requests.count == 9)
        }
    }

    @Test func `a batch of which some is answered each time takes as long as it takes`() throws {
        // Pauses that grew from round to round would be more than a minute in all.
        let records = records
        let start = ContinuousClock.now
        try ScriptedDynamoDB.with({ _, body in Self.answer(body.elements, first: 4, of: records) }) {
            store, server in
            let budget = Budget(soft: .now, deadline: .now + .seconds(30))
            let found = try store.fetch(records.map(\.key), budget: budget).records
            #expect(found == records)
            #expect(server.requests.count == 15)
        }
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func `a pause grows without progress, begins again after some, and ends before the deadline`()
        throws
    {
        let waits = Mutex<[Duration]>([])
        var pause = Pause(until: .now + .seconds(600)) { wait in waits.withLock { $0.append(wait) } }
        for _ in 0..<5 { try pause.wait(after: "") }
        pause.restart()
        try pause.wait(after: "")
        let all = waits.withLock { $0 }
        #expect(all[4] >= .milliseconds(400) && all[5] <= .milliseconds(50))
        var late = Pause(until: .now) { _ in Issue.record("waited") }
        #expect(throws: StoreError.self) { try late.wait(after: "") }
    }

    @Test func `what is looked up before it is written is read as it was written last, in all parts`() throws
    {
        let records = records
        try ScriptedDynamoDB.withClient({ operation, body in
            guard operation == "BatchGetItem" else { return Answer(body: "{\"UnprocessedItems\":{}}") }
            let request = (body.object["RequestItems"] as? [String: Any])?["audit-records"] as? [String: Any]
            guard request?["ConsistentRead"] as? Bool == true else {
                return Answer(status: "400 Bad Request", body: "{\"__type\":\"x#ValidationException\"}")
            }
            let left = body.elements.dropFirst(20)
            let items = Self.answer(
                Array(body.elements.prefix(20)), first: 20, of: Array(records.dropFirst(30)))
            guard !left.isEmpty else { return items }
            let keys = "{\"Keys\":[\(left.joined(separator: ","))],\"ConsistentRead\":true}"
            return Answer(
                body: items.body.replacing(
                    "\"UnprocessedKeys\":{}", with: "\"UnprocessedKeys\":{\"audit-records\":\(keys)}"))
        }) { client, server in
            let store = DynamoDBStore(
                table: DynamoDBTable(), reading: client, writing: client, isForWriting: true,
                plan: ShardPlan())
            try store.probe()
            var loader = RecordLoader(store: store) { line, reason in Issue.record("\(line): \(reason)") }
            try loader.load(
                records.map {
                    TestRecord.make(
                        $0.key.auditId, at: "2024-01-31T10:00:00Z",
                        attributes: String(decoding: $0.attributes, as: UTF8.self))
                })
            // They are equal but for the user.
            #expect(loader.counts.new == 30 && loader.counts.replaced == 30)
            let asked = server.requests.map { ScriptedDynamoDB.JSON($0.body).elements.count }
            #expect(asked.prefix(4) == [1, 60, 40, 20], "\(asked)")
        }
    }

    @Test func `equal ids are asked once`() throws {
        let records = records
        try ScriptedDynamoDB.with({ _, body in Self.answer(body.elements, first: 100, of: records) }) {
            store, server in
            let keys = Array(repeating: records[0].key, count: 99) + [records[1].key]
            let found = try store.fetch(keys, budget: .ample).records
            #expect(found == Array(repeating: records[0], count: 99) + [records[1]])
            #expect(server.requests.map { ScriptedDynamoDB.JSON($0.body).elements.count } == [2])
        }
    }

    @Test func `keys that no item can have are missing, and spoil nothing`() throws {
        let records = records
        let time = TestRecord.instant("2024-01-31T10:00:00Z")
        let impossible = [[UInt8](repeating: 0x78, count: 1024), [0xFF]].map {
            RecordKey(systemId: "system", instant: time, auditId: Identifier($0))
        }
        try ScriptedDynamoDB.with({ _, body in Self.answer(body.elements, first: 100, of: records) }) {
            store, server in
            let found = try store.fetch(impossible + [records[0].key], budget: .ample).records
            #expect(found == [nil, nil, records[0]])
            #expect(try store.fetch(impossible, budget: .ample).records == [nil, nil])
            #expect(server.requests.count == 1)
        }
    }

    @Test func `an answer that is more than is taken is asked for in halves`() throws {
        let large = "{\"a\":\"\(String(repeating: "x", count: 300_000))\"}"
        let records = (0..<60).map {
            TestRecord.make(
                Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z", user: "", resource: "", attributes: large)
        }
        try ScriptedDynamoDB.with({ _, body in Self.answer(body.elements, first: 100, of: records) }) {
            store, server in
            let found = try store.fetch(records.map(\.key), budget: .ample).records
            #expect(found == records)
            #expect(server.requests.map { ScriptedDynamoDB.JSON($0.body).elements.count } == [60, 30, 30])
        }
    }

    @Test func `items that are left unprocessed are written again, until all are`() throws {
        let written = Mutex<[String]>([])
        try ScriptedDynamoDB.with({ _, body in
            let requests = body.elements
            written.withLock { $0 += requests.prefix(9) }
            let left = requests.dropFirst(9).joined(separator: ",")
            return Answer(
                body: "{\"UnprocessedItems\":{\(left.isEmpty ? "" : "\"audit-records\":[\(left)]")}}")
        }) { store, server in
            try store.put(records)
            let all = written.withLock { $0 }
            #expect(all.count == 61 && all[0].contains("audit-query:systems"), "the system is listed first")
            for record in records { #expect(all.count { $0.contains("#\(record.key.auditId)\"") } == 1) }
            // The system, and 25, 25 and 10 items, nine at a time.
            #expect(server.requests.count == 1 + 3 + 3 + 2)
        }
    }

    @Test func `what is more than a call may send is written in parts`() throws {
        let items = records.prefix(25).map {
            Self.item($0).utf8.count + "{\"PutRequest\":{\"Item\":}},".utf8.count
        }
        try ScriptedDynamoDB.withClient({ _, _ in Answer(body: "{\"UnprocessedItems\":{}}") }) {
            client, server in
            let write = BatchWrite(
                table: DynamoDBTable(), calls: DynamoDBCalls(client: client, table: "audit-records"),
                helpers: HelperThreads(limit: 1), bytesPerCall: items.reduce(0, +) / 2 + 300)
            try write.put(Array(records.prefix(25)))
            #expect(server.requests.map { ScriptedDynamoDB.JSON($0.body).elements.count } == [12, 13])
        }
    }

    @Test func `an item that is refused does not end a load, and is named`() throws {
        var reports: [String] = []
        let written = Mutex<Set<String>>([])
        try ScriptedDynamoDB.with({ _, body in
            let requests = body.elements
            guard !requests.contains(where: { $0.contains("#id-3\"") || $0.contains("#id-41\"") }) else {
                return Answer(
                    status: "400 Bad Request",
                    body:
                        #"{"__type":"x#ValidationException","message":"Item size has exceeded the maximum"}"#)
            }
            written.withLock { $0.formUnion(requests) }
            return Answer(body: "{\"UnprocessedItems\":{}}")
        }) { store, _ in
            var loader = RecordLoader(store: store, conflicts: .unchecked) { line, reason in
                reports.append("\(line): \(reason)")
            }
            try loader.load(
                (0..<60).map { TestRecord.make(Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z") })
            #expect(loader.storedCount == 58 && loader.badCount == 2 && loader.entries.settled == 60)
            #expect(written.withLock { $0.count } == 1 + 58, "the system is listed")
            #expect(reports.map { $0.prefix { $0 != ":" } } == ["4", "42"])
            #expect(reports.allSatisfy { $0.contains("Item size has exceeded the maximum") }, "\(reports)")
        }
    }

    @Test func `a store that refuses everything ends a load`() throws {
        let records = (0..<300).map { TestRecord.make(Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z") }
        var reports = 0
        try ScriptedDynamoDB.with({ _, _ in
            Answer(status: "400 Bad Request", body: #"{"__type":"x#ValidationException","message":"no"}"#)
        }) { store, _ in
            var loader = RecordLoader(store: store, conflicts: .unchecked) { _, _ in reports += 1 }
            let error = #expect(throws: StoreError.self) { try loader.load(records) }
            #expect(error?.code == .unavailable && reports == 99, "\(error as Any)")
        }
    }
}

extension RecordLoader {
    /// Loads records as lines of one source.
    fileprivate mutating func load(_ records: [AuditRecord]) throws(StoreError) {
        beginSource()
        var lines = RecordLines(random: SplitMix64(seed: 1))
        for record in records { try take(.bytes(Array(lines.text([record]).dropLast()))) }
        try flush()
    }
}
