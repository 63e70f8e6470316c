import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import DynamoDBRecords
@testable import DemoData
@testable import StoreConformance

/// A day of all systems, merged from their partitions.
@Suite struct DayRunTests {
    /// Reads days from the partitions of an erratic store, and everything else as it does.
    private struct MergedStore: RecordStore {
        let inner: NaiveStore
        let systems: [Identifier]
        var readsAtOnce: Int { inner.readsAtOnce }

        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
            guard case .day(let day) = read.partition else { return try inner.read(read) }
            let table = DynamoDBTable(systems: systems)
            var run = DayRun(read, of: day, systems: table.systems(in: read.restriction)) {
                inner.read($0.map(\.read))
            }
            return try run.page()
        }

        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            try inner.fetch(keys, budget: budget)
        }

        func put(_ records: [AuditRecord]) throws(StoreError) { try inner.put(records) }

        func probe() throws(StoreError) {}
    }

    @Test func `all pages of all systems are exactly the matching records, in order, once`() {
        forAll(cases: 40) { random in
            var rounds = Rounds(random: random.fork())
            rounds.size = (200, 12)
            let store = MergedStore(
                inner: NaiveStore(random: random.once(in: 2) ? random.fork() : nil),
                systems: Array(Set(rounds.vocabulary.systems)))
            try rounds.fill(store)
            try rounds.ask(store, writer: store)
        }
    }

    @Test(
        arguments: [
            ([], .only([.exact("crm"), .exact("billing")]), ["billing", "crm"]), ([], .all, nil),
            (["payroll", "crm", "crm"], .all, ["crm", "payroll"]),
            (["payroll", "crm"], .only([.prefix("c")]), ["crm"]),
        ] as [([Identifier], SystemScope, [Identifier]?)])
    func `the systems that somebody has named are listed, and no users`(
        _ systems: [Identifier], _ scope: SystemScope, _ expected: [Identifier]?
    ) {
        let table = DynamoDBTable(systems: systems)
        let read = NameRead(kind: .system, limit: 10, scope: scope, deadline: .now)
        #expect(table.names(read)?.names == expected)
        #expect(table.names(NameRead(kind: .user, limit: 10, scope: scope, deadline: .now)) == nil)
    }

    /// Records of ten systems at one instant, each of them of some thousand bytes.
    private static let crowd = (0..<10).map { index in
        TestRecord.make(
            "a", at: "2024-02-29T12:00:00Z", system: Identifier("system-\(index)"),
            attributes: "{\"a\":\"\(String(repeating: "x", count: 1000 + 100 * index))\"}")
    }

    @Test(arguments: [0, 1100, 2500, 2900, 8000, 20_000])
    func `what is held of all systems together takes no more bytes than are allowed`(_ bytes: Int) throws {
        let store = NaiveStore(Self.crowd)
        var budget = Budget.ample
        budget.bytes = bytes
        let read = PartitionRead(
            partition: .day(Day(daysSince1970: 19_782)), range: TimeRange(start: nil, end: nil),
            order: .ascending,
            after: nil, restriction: Restriction(scope: .all), limit: 100, budget: budget)
        var given = 0
        var run = DayRun(read, of: Day(daysSince1970: 19_782), systems: Self.crowd.map(\.key.systemId)) {
            reads in
            #expect(reads.reduce(0) { $0 + $1.read.budget.bytes } <= bytes)
            given += reads.count
            return store.read(reads.map(\.read))
        }
        let page = try run.page()
        #expect(page.records.byteCount <= bytes)
        #expect(page.records == Array(Self.crowd.prefix(page.records.count)))
        let next = Self.crowd.dropFirst(page.records.count).first
        #expect(page.withheld == next.map(WithheldRecord.init))
        #expect(next.map { page.records.byteCount + $0.byteCount > bytes } ?? (page.resume == nil))
    }

    /// As DynamoDB answers where a filter leaves out all that it has looked at.
    @Test(arguments: [false, true])
    func `what a partition has behind an empty page comes in its place`(_ isTimeUp: Bool) throws {
        let day = Day(daysSince1970: 19_782)
        let looked = TestRecord.make("a", at: "2024-02-29T10:00:00Z", system: "crm").key
        let all = [("crm", "10:30"), ("billing", "11:00")].map {
            TestRecord.make("a", at: "2024-02-29T\($1):00Z", system: Identifier($0))
        }
        var (found, place) = ([AuditRecord](), RecordKey?.none)
        try untilDone("the end of the day", turns: 10) {
            let read = PartitionRead(
                partition: .day(day), range: TimeRange(start: nil, end: nil), order: .ascending, after: place,
                restriction: Restriction(scope: .all), limit: 100, budget: isTimeUp ? .spent : .ample)
            var run = DayRun(read, of: day, systems: ["billing", "crm"]) { parts in
                parts.map { part in
                    func isBehind(_ key: RecordKey) -> Bool { part.read.after.map { $0 < key } ?? true }
                    if part.read.partition == .systemDay("crm", day), isBehind(looked) {
                        return .success(PartitionRun(records: [], resume: looked))
                    }
                    let records = all.filter {
                        part.read.partition == .systemDay($0.key.systemId, day) && isBehind($0.key)
                    }
                    return .success(PartitionRun(records: records, resume: nil))
                }
            }
            let page = try run.page()
            found += page.records
            place = page.resume
            return page.resume == nil
        }
        #expect(found == all)
    }

    @Test func `systems are those that a key names, and those of the table that its patterns do`() {
        let table = DynamoDBTable(systems: ["billing", "crm-eu", "crm-us"])
        func systems(_ patterns: [String], of system: Identifier? = nil) -> [Identifier] {
            table.systems(in: Restriction(systemId: system, scope: SystemScope(patterns: patterns)))
        }
        #expect(systems(["*"]) == ["billing", "crm-eu", "crm-us"])
        #expect(systems(["crm-*"]) == ["crm-eu", "crm-us"])
        #expect(systems(["billing", "other"]) == ["billing", "other"])
        #expect(systems(["crm-*", "billing"]) == ["billing", "crm-eu", "crm-us"])
        #expect(systems(["crm-*"], of: "crm-us") == ["crm-us"])
        #expect(systems([]) == [])
        let unnamed = DynamoDBTable()
        #expect(
            !unnamed.knowsSystems(in: .all) && !unnamed.knowsSystems(in: SystemScope(patterns: ["a", "b*"])))
        #expect(unnamed.knowsSystems(in: SystemScope(patterns: ["a", "b"])) && table.knowsSystems(in: .all))
    }
}
