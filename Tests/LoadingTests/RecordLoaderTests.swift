import Synchronization
import TestSupport
import Testing
@testable import StoreConformance
@testable import LogFormats
@testable import AuditStores
@testable import DemoData
@testable import AuditRecords
@testable import Loading
@testable import SQLiteRecords

@Suite struct RecordLoaderTests {
    private static func line(_ auditId: String, user: String = "u") -> String {
        "{\"auditId\":\"\(auditId)\",\"timestamp\":\"2024-02-29T12:00:00Z\",\"systemId\":\"s\",\"userId\":\"\(user)\","
            + "\"resourceId\":\"r\"}"
    }

    /// Loads a text, and says what was reported of it.
    private func load(
        _ text: String, into store: any RecordStore
    ) throws -> (stored: Int, bad: [Int], reasons: [String]) {
        var bad: [(Int, String)] = []
        var loader = RecordLoader(store: store) { bad.append(($0, $1)) }
        var splitter = LineSplitter()
        try splitter.take(Array(text.utf8)[...]) { line throws(StoreError) in try loader.take(line) }
        try splitter.end { line throws(StoreError) in try loader.take(line) }
        try loader.flush()
        #expect(loader.badCount == bad.count)
        return (loader.storedCount, bad.map(\.0), bad.map(\.1))
    }

    private func users(_ store: any RecordStore, _ user: Identifier) throws -> [Identifier] {
        try store.read(StoreConformance(store: store).read(.user(user), .ascending)).records.map(
            \.key.auditId)
    }

    @Test func `a byte order mark, carriage returns, blank lines and a missing last end do no harm`() throws {
        let store = NaiveStore()
        let text =
            "\u{FEFF}\(Self.line("a"))\r\n\r\n \t\r\n\n\(Self.line("b"))\n  \(Self.line("c")) \r\n\(Self.line("d"))"
        let outcome = try load(text, into: store)
        #expect(outcome.stored == 4)
        #expect(outcome.bad.isEmpty, "\(outcome.reasons)")
        #expect(try users(store, "u") == ["a", "b", "c", "d"])
        #expect(try load("\u{FEFF}\n\(Self.line("e"))", into: store).stored == 1)
        // Only a file begins with such a mark.
        #expect(try load("\n\u{FEFF}\(Self.line("f"))", into: store).bad == [2])
    }

    @Test func `bad lines are numbered, left out and counted, and the rest is stored`() throws {
        let store = NaiveStore()
        let text = ["x", Self.line("a"), "", "[]", Self.line("b"), "{}", Self.line("\\u0000")].joined(
            separator: "\n")
        let outcome = try load(text, into: store)
        #expect(outcome.stored == 2)
        #expect(outcome.bad == [1, 4, 6, 7])
        #expect(try users(store, "u") == ["a", "b"])
    }

    @Test func `lines are counted anew in each source`() throws {
        let bad = Mutex<[Int]>([])
        var loader = RecordLoader(store: NaiveStore()) { line, _ in bad.withLock { $0.append(line) } }
        try loader.take(.bytes([]))
        try loader.take(.tooLong)
        loader.beginSource()
        try loader.take(.bytes([0xEF, 0xBB, 0xBF] + Array(Self.line("a").utf8)))
        try loader.take(.bytes([0x78]))
        #expect(bad.withLock { $0 } == [2, 2])
    }

    @Test(arguments: [
        ("", "is not a JSON object"), ("{\"auditId\":1}", "auditId is not a string"), ("{}", "is missing"),
        (line("a").replacing("\"systemId\":\"s\",", with: ""), "systemId is missing"),
        (line("a").replacing("2024-02-29", with: "2023-02-29"), "timestamp names a date"),
        (line("a").replacing("00Z", with: "00"), "timestamp has no offset"),
        (line(""), "auditId must not be empty"),
        (line("\\ud800"), "auditId has half of a surrogate pair"), (line("a\\u0007"), "U+0007"),
        (line(String(repeating: "x", count: 1025)), "1025 bytes"),
        (line("a").replacing("}", with: ",\"userId\":\"v\"}"), "userId stands twice"),
        (line("a").replacing("}", with: ",\"x\":1,\"\\u0078\":2}"), "x stands twice"),
        (line("a").replacing("}", with: ",\"PK\":1}"), "PK is the name of a key"),
        (line("a") + "x", "goes on"),
        (line("a").replacing("\"r\"", with: "null"), "resourceId is not a string"),
    ])
    func `a line that is no record says what is wrong with it`(_ text: String, _ part: String) {
        let error = #expect(throws: RecordLineError.self) { try RecordLine.record(Array(text.utf8)) }
        #expect(error?.description.contains(part) == true, "\(error as Any)")
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        for bytes: [UInt8] in [[0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80]] {
            let parts = Self.line("a").replacing("}", with: ",\"x\":\"|\"}").split(separator: "|")
            let line = Array(parts[0].utf8) + bytes + Array(parts[1].utf8)
            let error = #expect(throws: RecordLineError.self) { try RecordLine.record(line) }
            #expect(error?.description == "is not valid UTF-8")
        }
    }

    @Test func `of records with one key the last is kept, in one file as in two`() throws {
        let folder = try TemporaryFolder()
        for store in [NaiveStore(), SQLiteStore(writing: folder.file("audit.db"))] as [any RecordStore] {
            _ = try load("\(Self.line("a", user: "old"))\n\(Self.line("a", user: "new"))", into: store)
            #expect(try users(store, "old").isEmpty)
            #expect(try users(store, "new") == ["a"])
            _ = try load(Self.line("a", user: "newest"), into: store)
            #expect(try users(store, "new").isEmpty)
            #expect(try users(store, "newest") == ["a"])
        }
    }

    @Test func `a load that is repeated, or broke off and is repeated, ends in the same store`() throws {
        forAll(cases: 10) { random in
            let vocabulary = Vocabulary(&random)
            let records = (0..<1500).map { _ in vocabulary.record(&random) }
            var lines = RecordLines(random: random.fork())
            let text = String(decoding: lines.text(records), as: UTF8.self)
            let once = NaiveStore()
            let count = try load(text, into: once).stored
            let folder = try TemporaryFolder()
            let store = SQLiteStore(writing: folder.file("audit.db"))
            let failing = FailsAtTimes(store: store, failingPuts: [random.number(in: 1...2)])
            try require((try? load(text, into: failing)) == nil, "a load into a store that fails succeeds")
            try require(try load(text, into: failing).stored == count, "the second load stored less")
            try require(try load(text, into: failing).stored == count, "the third load stored less")
            let keys = Array(Set(records.map(\.key)))
            for chunk in stride(from: 0, to: keys.count, by: 100) {
                let asked = Array(keys[chunk..<min(chunk + 100, keys.count)])
                let found = try store.fetch(asked, budget: .ample).records
                try require(found == (try once.fetch(asked, budget: .ample).records), "the stores differ")
                try require(!found.contains(nil), "a record is missing")
            }
        }
    }

    /// Fails at some of its writes.
    private final class FailsAtTimes: RecordStore {
        let store: SQLiteStore
        let failingPuts: Set<Int>
        let puts = Counter()

        init(store: SQLiteStore, failingPuts: Set<Int>) {
            self.store = store
            self.failingPuts = failingPuts
        }

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun { try store.read(read) }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try store.fetch(keys, budget: budget)
        }
        func put(_ records: [AuditRecord]) throws(StoreError) {
            if failingPuts.contains(puts.add()) { throw StoreError(.unavailable, "broken off") }
            try store.put(records)
        }
        func probe() throws(StoreError) { try store.probe() }
    }

    @Test func `made-up records are the same for the same seed, and records all`() throws {
        let until = Day(daysSince1970: 19_753)
        let lines = Array(DemoRecords(seed: 7, until: until, count: 500))
        #expect(lines == Array(DemoRecords(seed: 7, until: until, count: 500)))
        #expect(lines != Array(DemoRecords(seed: 8, until: until, count: 500)))
        let records = try lines.map { try RecordLine.record(Array($0.dropLast())) }
        #expect(lines.allSatisfy { $0.last == 0x0A })
        #expect(Set(records.map(\.key)).count == 500)
        #expect(records.map(\.key.instant) == records.map(\.key.instant).sorted())
        #expect(
            records.allSatisfy {
                (until.daysSince1970 - 29...until.daysSince1970).contains($0.key.instant.day.daysSince1970)
            })
        #expect(Array(DemoRecords(seed: 7, until: until, count: 0)).isEmpty)
        // What other programs may count on.
        #expect(SplitMix64.first(of: 1_234_567) == 6_457_827_717_110_365_317)
    }
}

extension SplitMix64 {
    fileprivate static func first(of seed: UInt64) -> UInt64 {
        var random = SplitMix64(seed: seed)
        return random.next()
    }
}
