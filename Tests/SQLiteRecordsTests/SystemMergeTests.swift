// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import GRDB
import GRDBSQLite
import TestSupport
import Testing
@testable import StoreConformance
@testable import AuditStores
@testable import SQLiteRecords
@testable import DemoData
@testable import AuditRecords

/// A user's or a resource's records are kept system by system and answered in one order, and what a key may not see
/// is not passed on the way.
@Suite struct SystemMergeTests {
    /// Names that begin alike, and one that is not in the order of its characters.
    private static let systems: [Identifier] =
        [
            "a", "a#", "a#b", "a_", "ab", "abc", "a\u{7F}", "aé", "ae\u{301}", "é", "éa", "ê", "日", "日本",
            "\u{10FFFF}", "\u{FFFD}", "b", "B", "-", "~", "%", "a*", "a b",
        ] + (0..<40).map { Identifier("s\($0)") }

    /// Of both forms, and what comes between.
    private static let auditIds: [Identifier] = [
        "a", "a#", "b", "é", "0", "01234567-89ab-cdef-0123-456789abcdef",
        "01234567-89AB-cdef-0123-456789abcdef",
        "01234567-89ab-cdef-0123-456789abcdeff", "01234567-89ab-cdef-0123-456789abcdf0", "01234567-89ab",
        "ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffff-ffff-ffff-ffff-fffffffffffg",
    ]

    private static let prefixes = [
        "a*", "a#*", "a_*", "ab*", "é*", "日*", "s1*", "s*", "\u{10FFFF}*", "z*", "a**",
    ]

    @Test(arguments: 1...3)
    func `records of many systems come in one order, whatever a key may see of them`(_ version: Int) throws {
        forAll(cases: 30) { random in
            let folder = try TemporaryFolder()
            let path = folder.file("audit.db")
            let systems = (0..<random.pick([1, 2, 10, Self.systems.count])).map { _ in
                random.pick(Self.systems)
            }
            var model = RecordModel()
            let records = (0..<random.number(in: 1...400)).map { _ in Self.record(systems, &random) }
            model.put(records)
            try EarlierFile.write(Array(model.records.values), path, version: version)
            let store = SQLiteStore(reading: path, readers: 1)
            for _ in 0..<15 {
                let scope = Self.scope(systems, &random)
                let query = Self.query(systems, &random)
                var paging = Paging(store: store, scope: scope)
                if random.once(in: 3) { paging.budget = { (.spent, { .now }) } }
                try requireEqual(
                    try paging.records(of: query), model.matching(query, scope: scope), query)
                try Self.requireRunsExact(store, query, scope, model, &random)
            }
        }
    }

    /// One run from a place, as the protocol has it: what is returned is what lies between the places.
    private static func requireRunsExact(
        _ store: SQLiteStore, _ query: RecordQuery, _ scope: SystemScope, _ model: RecordModel,
        _ random: inout SplitMix64
    ) throws {
        let all = model.matching(query, scope: scope)
        guard let start = all.randomElement(using: &random)?.key else { return }
        let after = random.pick([
            start, .boundary(at: start.instant),
            RecordKey(systemId: "a_", instant: start.instant, auditId: start.auditId),
            RecordKey(systemId: "\u{10FFFF}\u{10FFFF}", instant: start.instant, auditId: start.auditId),
            RecordKey(systemId: start.systemId, instant: start.instant, auditId: random.pick(auditIds)),
        ])
        let plan = Plan(query, scope: scope)
        guard let step = plan.steps.first, plan.steps.count == 1 else { return }
        let limit = random.number(in: 1...20)
        let page = try store.read(
            PartitionRead(
                partition: step.partition, range: step.range, order: query.order, after: after,
                restriction: plan.restriction, limit: limit, budget: .ample))
        let rest = all.filter { query.order == .ascending ? after < $0.key : $0.key < after }
        try requireEqual(page.records, Array(rest.prefix(limit)), query)
        try require(page.resume != nil || page.records.count == rest.count, "the end is not the end")
        if page.records.count == limit {
            try require(
                page.resume == page.records.last?.key, "the run does not go on behind its last record")
        }
    }

    private static func record(_ systems: [Identifier], _ random: inout SplitMix64) -> AuditRecord {
        TestRecord.make(
            random.pick(auditIds + [Identifier("id-\(random.number(below: 30))")]),
            at: Timestamp(
                seconds: 1_709_208_000 + Int64(random.number(below: 6)), nanoseconds: random.pick([0, 1])),
            system: random.pick(systems), user: random.pick(["u", "v"]), resource: random.pick(["r", "q"]))
    }

    private static func scope(_ systems: [Identifier], _ random: inout SplitMix64) -> SystemScope {
        guard !random.once(in: 4) else { return .all }
        return SystemScope(
            patterns: (0..<random.number(below: 6)).map { _ in
                random.once(in: 2) ? random.pick(prefixes) : random.pick(systems).description
            })
    }

    private static func query(_ systems: [Identifier], _ random: inout SplitMix64) -> RecordQuery {
        let parts = random.pick([1, 1, 2, 2, 3])
        func bound() -> Timestamp? {
            random.once(in: 2) ? nil : Timestamp(seconds: 1_709_208_000 + Int64(random.number(below: 7)))
        }
        let (start, end) = (bound(), bound())
        let range = TimeRange(
            start: start, end: end.flatMap { end in start.map { $0 < end } ?? true ? end : nil })
        return RecordQuery(
            userId: parts & 1 != 0 ? random.pick(["u", "v", "w"]) : nil,
            systemId: random.once(in: 4) ? random.pick(systems) : nil,
            resourceId: parts & 2 != 0 ? random.pick(["r", "q"]) : nil, stated: range, range: range,
            order: random.pick(SortOrder.allCases), limit: random.pick([1, 2, 7, 33, 100, 1000]))
    }

    /// Steps of SQLite's machine, which grow with each entry of an index that is passed: no clock is needed.
    @Test(arguments: SortOrder.allCases)
    func `a limited key's reads take the same work with and without records that it may not see`(
        _ order: SortOrder
    ) throws {
        let visible = (0..<20).flatMap { second in
            ["crm", "crm-a", "crm-b"].map { system in
                TestRecord.make(
                    Identifier("v\(second)"), at: Self.instant(second * 100), system: Identifier(system),
                    user: "ceo",
                    resource: "safe")
            }
        }
        let foreign = (0..<3000).map { second in
            TestRecord.make(
                Identifier("f\(second)"), at: Self.instant(second),
                system: ["crl", "crm.", "crmx", "crn", "a", "z"][second % 6], user: "ceo", resource: "safe")
        }
        let folder = try TemporaryFolder()
        let stores = try [visible, visible + foreign].enumerated().map { number, records in
            let path = folder.file("\(number).db")
            try SQLiteStore(writing: path).put(records)
            return SQLiteStore(reading: path, readers: 1)
        }
        let scopes = [["crm", "crm-a"], ["crm-*"], ["crm-a"], ["crm-none"], ["none-*"]].map(
            SystemScope.init(patterns:))
        let part = TimeRange(start: Self.instant(900), end: Self.instant(1100))
        for scope in scopes {
            for partition in [Partition.user("ceo"), .resource("safe"), .user("nobody")] {
                for range in [TimeRange(start: nil, end: nil), part] {
                    for after in [nil, visible[30].key] {
                        for user in [nil, "ceo", "nobody"] as [Identifier?] {
                            let read = PartitionRead(
                                partition: partition, range: range, order: order, after: after,
                                restriction: Restriction(
                                    userId: user, systemId: nil, resourceId: nil, scope: scope),
                                limit: 11, budget: .ample)
                            let work = try stores.map { try Self.steps(of: read, in: $0) }
                            // Where there is a foreign system behind a prefix, the search ends before it and not at the end.
                            #expect(
                                abs(work[0] - work[1]) < 5,
                                "\(work) steps for \(scope.patterns) in \(partition)")
                        }
                    }
                }
            }
        }
    }

    private static func instant(_ second: Int) -> Timestamp {
        Timestamp(seconds: 1_709_208_000 + Int64(second))
    }

    static func steps(of read: PartitionRead, in store: SQLiteStore) throws -> Int {
        func all() throws -> Int {
            try store.database.read(deadline: .now + .seconds(60)) { database, _ in
                var sum = 0
                var statement = sqlite3_next_stmt(database.sqliteConnection, nil)
                while let current = statement {
                    sum += Int(sqlite3_stmt_status(current, SQLITE_STMTSTATUS_VM_STEP, 0))
                    statement = sqlite3_next_stmt(database.sqliteConnection, current)
                }
                return sum
            }
        }
        _ = try store.read(read)
        let before = try all()
        let looking = try all() - before
        _ = try store.read(read)
        return try all() - before - 2 * looking
    }
}
