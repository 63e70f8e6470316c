@testable import QueryService
import TestSupport
import Testing
@testable import AuditRecords
@testable import DemoData
@testable import StoreConformance
@testable import AuditStores

@Suite struct CacheKeyTests {
    private static let ids: [Identifier?] =
        [nil]
        + ["a", "_", "__", "a_", "_a", "%", "%5F", "a_b", "a%5Fb", "é", "e\u{301}", "query", "\u{FFFD}"]
        .map { Identifier($0) }
    private static let instants: [Timestamp?] = [
        nil, .endOfTime, .startOfTime, Timestamp(seconds: 0), Timestamp(seconds: 0, nanoseconds: 1),
    ]

    private static let filters: [RecordFilter?] =
        [nil]
        + ["a pr", "b pr", "a eq \"_\"", "a eq \"_filter_b%20pr\""].map { try? RecordFilter(Array($0.utf8)) }

    private static let columns: [[RecordColumn]?] =
        [nil] + ["a", "b", "a,b", "\"a,b\"", "_search_abc"].map { try? RecordColumn.list(Array($0.utf8)) }

    private static let searches: [RecordSearch?] =
        [nil] + ["abc", "abd", "a_b", "_filter_a", "abc abd"].map { try? RecordSearch(Array($0.utf8)) }

    @Test func `the key begins as the design has it`() {
        let query = RecordQuery(
            userId: "u_1", systemId: "s", resourceId: "r%",
            stated: TimeRange(start: Timestamp(seconds: 0), end: nil))
        let key = CacheKey(.records(query), policy: .unrestricted)
        #expect(key.text.hasPrefix("query_u%5F1_1970-01-01T00:00:00.000000000Z__s_r%25_100_desc_"))
    }

    @Test func `no two different questions share a key, and equal ones always do`() {
        forAll(cases: 4) { random in
            var known: [CacheKey: [UInt8]] = [:]
            for _ in 0..<3000 {
                let policy = Self.policy(&random)
                let question = Self.question(&random)
                // As bytes, since as texts the two spellings of "é" are equal.
                let meaning = Array(
                    "\(question) \(policy.scope.patterns) \(policy.hiddenAttributes.paths)".utf8)
                let key = CacheKey(question, policy: policy)
                let other = known.updateValue(meaning, forKey: key)
                try require(other == nil || other == meaning, "\(key.text) stands for two questions")
                try require(key.text.utf8.allSatisfy { $0 < 0x80 }, "\(key.text) is not ASCII")
            }
        }
    }

    @Test func `a later page has the range of the first one in its key, each side of it`() {
        var query = RecordQuery(userId: "u", stated: TimeRange(start: nil, end: nil))
        query.after = RecordKey(systemId: "s", instant: Timestamp(seconds: 5), auditId: "a")
        let bounds: [Timestamp?] = [nil, .startOfTime, Timestamp(seconds: 0), Timestamp(seconds: 9)]
        let keys = bounds.flatMap { start in
            bounds.map { end in
                query.range = TimeRange(start: start, end: end)
                return CacheKey(.records(query), policy: .unrestricted)
            }
        }
        #expect(Set(keys).count == 16)
    }

    @Test func `whatever is changed in a question, or in the place where its page begins, changes its key`() {
        let (first, second) = (Timestamp(seconds: 1), Timestamp(seconds: 2))
        var page = RecordQuery(
            userId: "u", systemId: "s", resourceId: "r", stated: TimeRange(start: first, end: second),
            range: TimeRange(start: first, end: second), order: .ascending, limit: 7)
        page.after = RecordKey(systemId: "s", instant: first, auditId: "a")
        func changed(_ change: (inout RecordQuery) -> Void) -> RecordQuery {
            var query = page
            change(&query)
            return query
        }
        let queries = [
            page, changed { $0.userId = "v" }, changed { $0.systemId = "v" }, changed { $0.resourceId = "v" },
            changed { $0.stated = TimeRange(start: nil, end: second) },
            changed { $0.stated = TimeRange(start: first, end: nil) },
            changed { $0.range = TimeRange(start: nil, end: second) },
            changed { $0.range = TimeRange(start: first, end: nil) },
            changed { $0.order = .descending }, changed { $0.limit = 8 }, changed { $0.after = nil },
            changed { $0.filter = Self.filters[1] }, changed { $0.filter = Self.filters[2] },
            changed { $0.columns = RecordColumn.usual }, changed { $0.columns = Self.columns[1] },
            changed { $0.search = Self.searches[1] }, changed { $0.search = Self.searches[2] },
            changed { $0.after = RecordKey(systemId: "t", instant: first, auditId: "a") },
            changed { $0.after = RecordKey(systemId: "s", instant: second, auditId: "a") },
            changed { $0.after = RecordKey(systemId: "s", instant: first, auditId: "b") },
        ]
        var keys = queries.map { CacheKey(.records($0), policy: .unrestricted).text }
        for form in [AnswerForm.ndjson, .csv] {
            keys += queries.map {
                CacheKey(.lines(LineQuery(records: $0, form: form)), policy: .unrestricted).text
            }
        }
        #expect(Set(keys).count == 3 * queries.count)
    }

    @Test func `whatever is changed in a count, or in a list of names, changes its key`() {
        let groups = [[]] + Self.groupKeys.map { [$0] } + [[.time(.day), .userId], [.userId, .systemId]]
        let counts = (["u", "v"] as [Identifier]).flatMap { user in
            groups.flatMap { by in
                // Without groups there are none to bound.
                (by.isEmpty ? [1] : [1, 10]).map {
                    Question.count(CountQuery(RecordQuery(userId: user), by: by, top: $0))
                }
            }
        }
        let names = NameKind.allCases.flatMap { kind in
            ["", "a", "_"].flatMap { prefix in
                [1, 10].map { Question.names(NameQuery(kind: kind, prefix: Array(prefix.utf8), limit: $0)) }
            }
        }
        let keys = (counts + names).map { CacheKey($0, policy: .unrestricted).text }
        #expect(Set(keys).count == keys.count)
    }

    private static func policy(_ random: inout SplitMix64) -> Policy {
        Policy(
            scope: SystemScope(patterns: [random.pick(["*", "a", "a*"])]),
            hiddenAttributes: random.once(in: 2) ? [] : [random.pick(["a", "b"])])
    }

    private static func question(_ random: inout SplitMix64) -> Question {
        switch random.number(below: 6) {
        case 0:
            return .batch((0..<random.number(in: 1...3)).map { _ in (random.pick(ids) ?? "x").bytes })
        case 1: return .record(place(&random))
        case 2:
            let keys = Set((0..<random.number(below: 3)).map { _ in random.pick(groupKeys) })
            return .count(CountQuery(query(&random), by: Array(keys), top: random.pick([1, 10, 100])))
        case 3:
            let form = random.pick([AnswerForm.ndjson, .csv])
            return .lines(LineQuery(records: query(&random), form: form))
        default: return .records(query(&random))
        }
    }

    private static let groupKeys: [GroupKey] = [
        .time(.day), .userId, .attribute(AttributePath(name: "day")), .attribute(AttributePath(name: "_")),
        .attribute(AttributePath(names: ["a", "b"])), .attribute(AttributePath(name: "a.b")),
    ]

    private static func query(_ random: inout SplitMix64) -> RecordQuery {
        var query = RecordQuery(
            userId: random.pick(ids), systemId: random.pick(ids), resourceId: random.pick(ids),
            stated: TimeRange(start: random.pick(instants), end: random.pick(instants)),
            order: random.pick(SortOrder.allCases), limit: random.pick([1, 10, 100]))
        query.filter = random.pick(filters)
        query.search = random.pick(searches)
        query.columns = random.pick(columns)
        query.range = query.stated
        if random.once(in: 2) {
            query.after = place(&random)
            query.range = TimeRange(start: random.pick(instants), end: random.pick(instants))
        }
        return query
    }

    private static func place(_ random: inout SplitMix64) -> RecordKey {
        RecordKey(
            systemId: random.pick(ids) ?? "", instant: random.pick([.startOfTime, Timestamp(seconds: 0)]),
            auditId: random.pick(ids) ?? "")
    }
}
