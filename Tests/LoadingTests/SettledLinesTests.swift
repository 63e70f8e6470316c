import Synchronization
import TestSupport
import Testing
@testable import StoreConformance
@testable import Threads
@testable import AuditStores
@testable import DemoData
@testable import Loading
@testable import AuditRecords
@testable import LogFormats

/// A load that broke off may go on behind the lines that are settled.
@Suite struct SettledLinesTests {
    @Test func `a load that broke off anywhere and goes on behind its settled lines loses nothing`() {
        forAll(cases: 150) { random in
            let lines = Self.lines(&random)
            let whole = NaiveStore()
            let bad = try Self.load(lines, into: whole, skipping: 0, batch: 1000).bad
            let store = BreakingStore(random: random.fork())
            var settled = 0
            var reported: Set<Int> = []
            var loads = 0
            while true {
                loads += 1
                try require(loads <= 1000, "the load never ends")
                let load = try Self.load(
                    lines, into: store, skipping: settled, batch: random.number(in: 1...20))
                try require(load.settled >= settled, "lines became unsettled")
                try require(load.bad.allSatisfy { $0 > settled }, "a skipped line is reported")
                reported.formUnion(load.bad)
                settled = load.settled
                try Self.expectStored(lines.prefix(settled), of: lines, in: store.inner)
                if load.isComplete { break }
            }
            try require(settled == lines.count, "\(settled) of \(lines.count) lines are settled at the end")
            try require(reported == Set(bad), "other lines are reported than in one load")
            let keys = lines.compactMap(\.record?.key)
            let found = try store.inner.fetch(keys, budget: .ample).records
            try require(try found == whole.fetch(keys, budget: .ample).records, "the stores differ")
        }
    }

    @Test func `blank and bad lines settle once no record before them waits`() throws {
        var loader = RecordLoader(store: NaiveStore()) { _, _ in }
        loader.beginSource(skipping: 1)
        #expect(loader.entries.settled == 1)
        for (text, settled) in [("skipped", 1), ("", 2), ("bad", 3), (Self.good, 3), ("bad", 3), ("", 3)] {
            try loader.take(.bytes(Array(text.utf8)))
            #expect(loader.entries.settled == settled, "\(text)")
        }
        try loader.flush()
        #expect(loader.entries.settled == 6)
        #expect(loader.entries.count == 6)
        #expect(loader.badCount == 2)
        loader.beginSource()
        #expect(loader.entries.settled == 0)
    }

    @Test func `a record that the store cannot hold is reported like a bad line`() throws {
        let reports = Mutex<[String]>([])
        var loader = RecordLoader(store: PickyStore()) { line, reason in
            reports.withLock { $0.append("\(line): \(reason)") }
        }
        try loader.take(.bytes(Array(Self.good.utf8)))
        try loader.take(.bytes(Array(Self.good.replacing("\"a\"", with: "\"other\"").utf8)))
        try loader.flush()
        #expect(reports.withLock { $0 } == ["1: is not to its taste"])
        #expect(loader.storedCount == 1)
        #expect(loader.badCount == 1)
        #expect(loader.entries.settled == 2)
    }

    private static let good = """
        {"auditId":"a","timestamp":"2024-02-29T12:00:00Z","systemId":"s","userId":"u","resourceId":"r"}
        """

    private struct Line {
        let bytes: [UInt8]
        let record: AuditRecord?
    }

    private struct Load {
        var settled: Int
        var bad: [Int]
        var isComplete: Bool
    }

    /// Records, some of one key, with lines between them that are none.
    private static func lines(_ random: inout SplitMix64) -> [Line] {
        let vocabulary = Vocabulary(&random)
        var writer = RecordLines(random: random.fork())
        return (0..<random.number(in: 0...120)).map { _ in
            switch random.number(below: 8) {
            case 0: return Line(bytes: [], record: nil)
            case 1: return Line(bytes: Array("{\"auditId\":".utf8), record: nil)
            default:
                let record = vocabulary.record(&random)
                return Line(bytes: writer.text([record]).dropLast(), record: record)
            }
        }
    }

    private static func load(
        _ lines: [Line], into store: any RecordStore, skipping: Int, batch: Int
    ) throws -> Load {
        var bad: [Int] = []
        let pacer = Pacer(rate: batch * 4, now: { .now }, wait: { _ in })
        var loader = RecordLoader(store: store, pacer: pacer) { line, _ in bad.append(line) }
        loader.beginSource(skipping: skipping)
        do throws(StoreError) {
            for line in lines { try loader.take(.bytes(line.bytes)) }
            try loader.flush()
        } catch {
            return Load(settled: loader.entries.settled, bad: bad, isComplete: false)
        }
        return Load(settled: loader.entries.settled, bad: bad, isComplete: true)
    }

    /// Each key of the settled lines must have the record of its last line among them, or of a later one.
    private static func expectStored(
        _ settled: ArraySlice<Line>, of lines: [Line], in store: NaiveStore
    ) throws {
        for (index, line) in settled.enumerated() {
            guard let record = line.record else { continue }
            let possible = lines[index...].compactMap(\.record).filter { $0.key == record.key }
            let found = try store.fetch([record.key], budget: .ample).records[0]
            try require(found.map(possible.contains) ?? false, "line \(index + 1) is settled and not stored")
        }
    }

    /// Fails at a third of its writes, after it has stored a part of the batch: as DynamoDB may.
    private final class BreakingStore: RecordStore {
        let inner = NaiveStore()
        private let random: Mutex<SplitMix64>

        init(random: SplitMix64) {
            self.random = Mutex(random)
        }

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try inner.read(read) }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try inner.fetch(keys, budget: budget)
        }
        func put(_ records: [AuditRecord]) throws(StoreError) {
            let stored = random.withLock { random in
                random.once(in: 3) ? random.number(below: records.count + 1) : nil
            }
            try inner.put(Array(records.prefix(stored ?? records.count)))
            if stored != nil { throw StoreError(.unavailable, "broken off") }
        }
        func probe() throws(StoreError) {}
    }

    private final class PickyStore: RecordStore {
        private let inner = NaiveStore()

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try inner.read(read) }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try inner.fetch(keys, budget: budget)
        }
        func fault(of record: AuditRecord) -> String? {
            record.key.auditId == "a" ? "is not to its taste" : nil
        }
        func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }
        func probe() throws(StoreError) {}
    }
}
