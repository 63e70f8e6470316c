// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import DemoData
import GRDB
import Synchronization
import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// The order of arrival: whoever has seen all up to a place never sees anything appear there later.
@Suite struct ArrivalTests {
    private let folder = try! TemporaryFolder()
    private var path: String { folder.file("audit.db") }

    private static let (writers, writes) = (3, 60)

    private func arrivals(_ store: SQLiteStore, after place: Int64 = 0, limit: Int = 1000) throws
        -> ArrivalRun
    {
        try store.arrivals(after: place, limit: limit, budget: .ample)
    }

    @Test func `records come in the order of their writes, each once, in runs of any length`() throws {
        let store = SQLiteStore(writing: path)
        let records = (0..<50).map {
            TestRecord.make(
                Identifier("id-\($0)"), at: Timestamp(seconds: Int64(1000 - $0)),
                user: Identifier("u\($0 % 3)"))
        }
        for record in records { try store.put([record]) }
        for limit in [1, 7, 50, 1000] {
            var (found, place): ([AuditRecord], Int64) = ([], 0)
            while true {
                let run = try arrivals(store, after: place, limit: limit)
                found += run.records
                if run.records.isEmpty { break }
                place = run.end
            }
            #expect(found == records)
        }
    }

    @Test func `a record that is replaced vanishes from its place and comes anew`() throws {
        let store = SQLiteStore(writing: path)
        let first = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")
        let second = TestRecord.make("b", at: "2024-02-29T12:00:00Z", user: "u")
        let replacing = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "v", resource: "r")
        try store.put([first])
        try store.put([second])
        let seen = try arrivals(store)
        #expect(seen.records == [first, second])
        try store.put([replacing])
        #expect(try arrivals(store).records == [second, replacing])
        #expect(try arrivals(store, after: seen.end).records == [replacing])
        // The old user's and resource's indexes have nothing of it.
        #expect(
            try store.read(StoreConformance(store: store).read(.user("u"), .ascending)).records == [second])
    }

    @Test func `a number is never given twice, not even that of the last record, which was taken away`()
        throws
    {
        try SQLiteStore(writing: path).put([TestRecord.make("a", at: "2024-02-29T12:00:00Z")])
        let end = try arrivals(SQLiteStore(reading: path)).end
        try DatabaseQueue(path: path).write { try $0.execute(sql: "DELETE FROM entries") }
        let next = TestRecord.make("b", at: "2024-02-29T12:00:00Z")
        try SQLiteStore(writing: path).put([next])
        #expect(try arrivals(SQLiteStore(reading: path), after: end).records == [next])
    }

    @Test func `of a batch with one key twice the last is there`() throws {
        let store = SQLiteStore(writing: path)
        let records = ["u", "v"].map {
            TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: Identifier($0), resource: Identifier($0))
        }
        // So many that they are sorted.
        let others = (0..<5000).map {
            TestRecord.make(
                Identifier("id-\($0)"), at: "2024-02-29T12:00:00Z", resource: Identifier("r\($0 % 7)"))
        }
        try store.put(records + others)
        #expect(try store.fetch([records[0].key], budget: .ample).records == [records[1]])
        #expect(try arrivals(store, limit: .max).records.count == 5001)
    }

    @Test func `bytes and time end a run, which goes on behind its end`() throws {
        let store = SQLiteStore(writing: path)
        let records = (0..<5).map { TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00Z") }
        for record in records { try store.put([record]) }
        let deadline = ContinuousClock.now + .seconds(60)
        let narrow = Budget(soft: deadline, deadline: deadline, bytes: 1)
        var run = try store.arrivals(after: 0, limit: 10, budget: narrow)
        #expect(run.records == [records[0]])
        let spent = Budget(soft: .now, deadline: deadline)
        #expect(try store.arrivals(after: run.end, limit: 10, budget: spent).end == run.end)
        run = try store.arrivals(after: run.end, limit: 10, budget: .ample)
        #expect(run.records == Array(records.dropFirst()))
    }

    @Test func `a file of an earlier version has none, and says what gives it one`() throws {
        try EarlierFile.write([], path, version: 2)
        let error = #expect(throws: StoreError.self) { try arrivals(SQLiteStore(reading: path)) }
        #expect(error?.description.contains("next load") == true)
    }

    @Test func `followers see every write once and in order, while several write and replace`() throws {
        let path = path
        try SQLiteStore(writing: path).put([])
        let left = Atomic<Int>(Self.writers)
        onThreads(Self.writers + 2) { thread in
            do {
                if thread < Self.writers {
                    defer { left.subtract(1, ordering: .sequentiallyConsistent) }
                    let store = SQLiteStore(writing: path)
                    for turn in 0..<Self.writes {
                        // Some keys are written again and again, by all of them.
                        try store.put(
                            (0..<4).map { number in
                                TestRecord.make(
                                    number == 0 ? "same" : Identifier("\(thread)-\(turn)-\(number)"),
                                    at: "2024-02-29T12:00:00Z", attributes: "{\"by\":\"\(thread)-\(turn)\"}")
                            })
                    }
                } else {
                    try Self.follow(path) { left.load(ordering: .sequentiallyConsistent) == 0 }
                }
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    /// Reads until nobody writes any more, and compares with what is there then.
    private static func follow(_ path: String, until hasEnded: () -> Bool) throws {
        let store = SQLiteStore(reading: path)
        var seen: [RecordKey: AuditRecord] = [:]
        var place: Int64 = 0
        while true {
            let isLast = hasEnded()
            let run = try store.arrivals(after: place, limit: 5, budget: .ample)
            for record in run.records {
                #expect(seen[record.key] == nil || record.key.auditId == "same", "a record came twice")
                seen[record.key] = record
            }
            #expect(run.end >= place)
            place = run.end
            if run.records.isEmpty, isLast { break }
        }
        let all = try store.arrivals(after: 0, limit: .max, budget: .ample)
        #expect(Set(all.records) == Set(seen.values))
        #expect(all.records.count == 3 * writers * writes + 1)
        #expect(all.end == place)
    }
}
