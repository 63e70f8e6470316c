import Dispatch
import Synchronization
import TestSupport
import Testing
@testable import SQLiteRecords
@testable import StoreConformance
@testable import Threads
@testable import AuditStores
@testable import Loading
@testable import DemoData
@testable import AuditRecords
@testable import LogFormats

/// What a load says of records that are there already.
@Suite struct ConflictTests {
    private struct Loaded {
        var counts = LoadCounts()
        var conflicts: [RecordConflict] = []
        var refused: [Refusal] = []
    }

    private func load(
        _ records: [AuditRecord], into store: any RecordStore, _ rule: ConflictRule = .replace,
        batch: Int = 1000
    ) throws -> Loaded {
        var loaded = Loaded()
        let pacer = Pacer(rate: batch * 4, now: { .now }, wait: { _ in })
        var loader = RecordLoader(store: store, pacer: pacer, conflicts: rule) { event throws(StoreError) in
            switch event {
            case .conflict(let conflict): loaded.conflicts.append(conflict)
            case .refused(let refusal): loaded.refused.append(refusal)
            case .part, .skipped: break
            }
        }
        var lines = RecordLines(random: SplitMix64(seed: 1))
        for record in records { try loader.take(.bytes(Array(lines.text([record]).dropLast()))) }
        try loader.flush()
        loaded.counts = loader.counts
        return loaded
    }

    /// What a load must say and leave, one record after the other.
    private struct Model {
        var stored: [RecordKey: AuditRecord] = [:]
        var counts = LoadCounts()
        /// Line, the one that was there, the one to load.
        var conflicts: [(Int, AuditRecord, AuditRecord)] = []

        mutating func load(_ records: [AuditRecord], replaces: Bool) {
            for (index, record) in records.enumerated() {
                guard let there = stored[record.key] else {
                    counts.new += 1
                    stored[record.key] = record
                    continue
                }
                guard there != record else {
                    counts.equal += 1
                    continue
                }
                conflicts.append((index + 1, there, record))
                if replaces {
                    counts.replaced += 1
                    stored[record.key] = record
                } else {
                    counts.refused += 1
                }
            }
        }
    }

    @Test(arguments: [ConflictRule.replace, .refuse])
    func `new, equal, replaced and refused are told apart, within a batch and between loads`(
        _ rule: ConflictRule
    ) {
        forAll(cases: 60) { random in
            var vocabulary = Vocabulary(&random)
            vocabulary.hasAttributes = false
            let folder = try TemporaryFolder()
            for store in [NaiveStore(), SQLiteStore(writing: folder.file("audit.db"))] as [any RecordStore] {
                var model = Model()
                var records: [AuditRecord] = []
                for _ in 0..<2 {
                    let changed = records.filter { _ in random.once(in: 2) }
                    records =
                        changed + (0..<random.number(in: 0...150)).map { _ in vocabulary.record(&random) }
                    model.counts = LoadCounts()
                    model.conflicts = []
                    model.load(records, replaces: rule == .replace)
                    let loaded = try load(records, into: store, rule, batch: random.number(in: 1...250))
                    try require(loaded.counts == model.counts, "\(loaded.counts) is not \(model.counts)")
                    try require(
                        loaded.conflicts.map(\.line.number) == model.conflicts.map(\.0), "other lines")
                    for (conflict, (_, there, record)) in zip(loaded.conflicts, model.conflicts) {
                        try require(conflict.key == record.key, "another key")
                        try require(conflict.storedDigest == there.digest, "another digest is there")
                        try require(conflict.newDigest == record.digest, "another digest comes")
                        try require(conflict.isReplacement == (rule == .replace), "\(conflict)")
                    }
                    let refused = rule == .refuse ? model.conflicts.map(\.0) : []
                    try require(loaded.refused.map(\.line.number) == refused, "\(loaded.refused)")
                }
                let keys = Array(model.stored.keys)
                for start in stride(from: 0, to: keys.count, by: 100) {
                    let asked = Array(keys[start..<min(start + 100, keys.count)])
                    let found = try store.fetch(asked, budget: .ample).records
                    try require(found == asked.map { model.stored[$0] }, "the store has something else")
                }
            }
        }
    }

    @Test func `of two loads at once that replace nothing one alone stores each record`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("audit.db")
        let stores = [SQLiteStore(writing: path), SQLiteStore(writing: path)]
        try stores[0].put([])
        let versions = ["one", "another"].map { user in
            (0..<2000).map {
                TestRecord.make(Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z", user: Identifier(user))
            }
        }
        let results = Mutex<[Int: Result<Loaded, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: 2) { number in
            let result = Result { try load(versions[number], into: stores[number], .refuse, batch: 100) }
            results.withLock { $0[number] = result }
        }
        let loaded = try (0..<2).map { number in try results.withLock { $0[number] }?.get().counts }
        #expect(loaded.compactMap { $0?.new }.reduce(0, +) == 2000)
        #expect(loaded.compactMap { $0?.refused }.reduce(0, +) == 2000)
        let found = try stores[0].fetch(versions[0].map(\.key), budget: .ample).records
        #expect(found.count { $0?.userId == "one" } == loaded[0]?.new)
    }

    @Test func `a record that is spelt otherwise and says the same is equal, and stays as it is`() throws {
        let first = TestRecord.make(
            "a", at: "2024-01-31T10:00:00Z", attributes: #"{"n":1.50,"m":{"b":1,"a":2}}"#)
        let other = TestRecord.make(
            "a", at: "2024-01-31T10:00:00Z", attributes: #"{"m":{"a":2,"b":1},"n":15e-1}"#)
        let store = NaiveStore([first])
        let loaded = try load([other], into: store)
        #expect(loaded.counts.equal == 1 && loaded.conflicts.isEmpty)
        #expect(try store.fetch([first.key], budget: .ample).records == [first])
    }

    @Test func `nobody looks where nobody is to look`() throws {
        let store = ScriptedStore([TestRecord.make("a", at: "2024-01-31T10:00:00Z")])
        let other = TestRecord.make("a", at: "2024-01-31T10:00:00Z", user: "another")
        let loaded = try load([other, other], into: store, .unchecked)
        #expect(loaded.counts.unchecked == 2 && loaded.counts.stored == 2 && loaded.conflicts.isEmpty)
        #expect(store.fetchCount == 0)
        #expect(try store.fetch([other.key], budget: .ample).records == [other])
    }

    @Test func `what is there and no record any more is replaced, and told`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("audit.db")
        let store = SQLiteStore(writing: path)
        let records = (0..<150).map { TestRecord.make(Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z") }
        try store.put(records)
        let bad = [records[3], records[99]].map { record in
            AuditRecord(key: record.key, userId: "user", resourceId: "resource", attributes: Array("{".utf8))
        }
        try store.put(bad)
        let refused = try load(records, into: store, .refuse)
        #expect(refused.counts.refused == 2 && refused.counts.equal == 148)
        let mended = try load(records, into: store)
        #expect(mended.counts.replaced == 2 && mended.counts.equal == 148)
        #expect(mended.conflicts.map(\.storedDigest) == [nil, nil])
        #expect(mended.conflicts.map(\.line.number) == [4, 100])
        #expect(try load(records, into: store).counts.equal == 150)
    }

    @Test func `large records are looked up a few at a time`() throws {
        let text = "{\"x\":\"\(String(repeating: "y", count: 300_000))\"}"
        let records = (0..<40).map {
            TestRecord.make(Identifier("id-\($0)"), at: "2024-01-31T10:00:00Z", attributes: text)
        }
        let store = Measuring(NaiveStore(records))
        // Small ones of the same keys, so that they are one batch.
        let loaded = try load(
            records.map { TestRecord.make($0.key.auditId, at: "2024-01-31T10:00:00Z") }, into: store)
        #expect(loaded.counts.replaced == 40)
        #expect(store.most <= 4 << 20)
        // One that is larger than that is looked up by itself.
        let huge = TestRecord.make(
            "huge", at: "2024-01-31T10:00:00Z",
            attributes: "{\"x\":\"\(String(repeating: "y", count: 5 << 20))\"}")
        let two = NaiveStore([huge, records[0]])
        let both = try load(
            [huge.key.auditId, records[0].key.auditId].map {
                TestRecord.make($0, at: "2024-01-31T10:00:00Z")
            },
            into: two)
        #expect(both.counts.replaced == 2)
    }

    /// Notes how many bytes one look-up brought.
    private final class Measuring: RecordStore {
        private let inner: NaiveStore
        private let largest = Mutex(0)
        var most: Int { largest.withLock { $0 } }

        init(_ inner: NaiveStore) {
            self.inner = inner
        }

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try inner.read(read) }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            let found = try inner.fetch(keys, budget: budget)
            let bytes = found.records.compactMap { $0 }.byteCount
            largest.withLock { $0 = max($0, bytes) }
            return found
        }
        func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }
        func probe() throws(StoreError) {}
    }

    @Test func `all that is wrong with a line is told at once`() throws {
        let store = NaiveStore()
        var faults: [[String]] = []
        var loader = RecordLoader(store: store) { event throws(StoreError) in
            if case .refused(let refusal) = event { faults.append(refusal.faults) }
        }
        try loader.take(
            .bytes(
                Array(
                    #"{"auditId":"","timestamp":"x","systemId":7,"userId":"a\u0007","PK":1,"":2,"x":1,"x":2}"#
                        .utf8)))
        try loader.take(.bytes(Array("{}".utf8)))
        #expect(faults[0].count == 8, "\(faults[0])")
        for (fault, part) in zip(
            faults[0],
            [
                "x stands twice", "systemId is not a string", "auditId must not be empty",
                "userId has the control character U+0007", "resourceId is missing", "timestamp ",
                "PK is the name",
                "name is empty",
            ])
        { #expect(fault.contains(part), "\(faults[0])") }
        #expect(faults[1].count == 5 && faults[1].allSatisfy { $0.hasSuffix("is missing") }, "\(faults[1])")
    }
}
