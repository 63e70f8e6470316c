package import AuditRecords
package import AuditStores
package import DemoData
import TestSupport

/// Records with random attributes in a store, and random filters on them: pages of every limit together are what the plain evaluator lets
/// through of all records.
package struct FilterRounds {
    package var random: SplitMix64
    private var source: RandomFilters
    private var stored: [(record: AuditRecord, tree: Tree)] = []
    /// The most records, and the filters that are asked of them, each with every limit.
    package var size = (records: 24, filters: 4)
    /// How many filters were asked, and how many of them let some of a question's records through and not others.
    package private(set) var counts = (asked: 0, telling: 0)

    package static let systems: [Identifier] = ["s", "s#", "t"]
    private static let start = TestRecord.instant("2024-02-29T12:00:00Z")
    private static let range = TimeRange(
        start: TestRecord.instant("2024-02-29T00:00:00Z"), end: TestRecord.instant("2024-03-02T00:00:00Z"))

    package init(random: SplitMix64) {
        self.random = random
        source = RandomFilters(random: self.random.fork())
    }

    /// Puts records of two days, many of one shape and several in one second, as far as they can be records of this store.
    package mutating func fill(_ store: any RecordStore) throws {
        let shapes = (0..<3).map { _ in source.attributes() }
        for number in 0..<random.number(in: size.records / 2...size.records) {
            let tree = random.once(in: 3) ? source.attributes() : source.varied(random.pick(shapes))
            let instant = Self.start.advanced(
                bySeconds: Int64(random.number(below: 4) * 15_000),
                nanoseconds: Int32(random.pick([0, 0, 1, 500_000_000])))
            let record = TestRecord.make(
                Identifier("id-\(number)"), at: instant, system: random.pick(Self.systems),
                user: random.pick(["user", "user", "a"]), resource: random.pick(["resource", "b"]),
                attributes: source.text(tree))
            guard RecordRules.isFit(record), store.fault(of: record) == nil else { continue }
            stored.append((record, tree))
        }
        stored.sort { RecordModel.precedes($0.record.key, $1.record.key) }
        try store.put(stored.map(\.record))
    }

    /// Asks for all pages of each filter, with every limit up to one more than there are records, by a key from which something may be
    /// hidden.
    package mutating func ask(_ store: any RecordStore) throws {
        for _ in 0..<size.filters {
            var query = question()
            let hidden =
                random.once(in: 3) ? try AttributePath(random.pick(["a", "b", "a.b", "\"x.y\""])) : nil
            let scope = random.pick([
                SystemScope.all, .all, SystemScope(patterns: ["s*"]), SystemScope(patterns: ["t", "s#"]),
            ])
            let candidates = stored.filter { record, _ in
                scope.contains(record.key.systemId) && Self.isOf(record, query)
            }
            let (reference, passing) = draw(of: candidates, hidden)
            let text = source.text(reference)
            query.filter = try RecordFilter(Array(text.utf8))
            let expected = query.order == .ascending ? passing : passing.reversed()
            counts.asked += 1
            if Self.tells(passing, candidates) { counts.telling += 1 }
            for limit in 1...stored.count + 1 {
                query.limit = limit
                let found = try paging(store, scope, hidden: hidden).records(of: query).map(\.key)
                try require(
                    found == expected,
                    "\(found.map(\.auditId)), not \(expected.map(\.auditId)), with the limit \(limit) for \(text) of \(query)"
                )
            }
        }
    }

    /// One of a few filters, with what it lets through: one that lets some through and not others, if there is any among them.
    private mutating func draw(
        of candidates: [(record: AuditRecord, tree: Tree)], _ hidden: AttributePath?
    ) -> (filter: ReferenceFilter, passing: [RecordKey]) {
        var (tries, drawn) = (0, filter())
        while true {
            let passing = candidates.filter { record, tree in
                drawn.holds(record, hidden.map { tree.without($0.names[...]) } ?? tree)
            }.map(\.record.key)
            tries += 1
            if tries == 4 || Self.tells(passing, candidates) { return (drawn, passing) }
            drawn = filter()
        }
    }

    private static func tells(_ passing: [RecordKey], _ candidates: [(record: AuditRecord, tree: Tree)])
        -> Bool
    {
        !passing.isEmpty && passing.count < candidates.count
    }

    /// Any filter, or one that wants a text that some record has, by which stores find it.
    private mutating func filter() -> ReferenceFilter {
        // What is called as a record's own fields is no attribute of it for filters.
        let texts = stored.flatMap { $0.tree.texts }.filter { !["timestamp", "userId"].contains($0.path[0]) }
        guard random.once(in: 2), !texts.isEmpty else { return source.filter(6) }
        let (path, text) = random.pick(texts)
        let equality = ReferenceFilter.compare(path, "eq", .string(text))
        return random.once(in: 2) ? equality : .all([equality, .any([source.filter(3), equality])])
    }

    private mutating func question() -> RecordQuery {
        var query = RecordQuery(range: Self.range, order: random.pick(SortOrder.allCases))
        switch random.number(below: 5) {
        case 0: query.userId = "user"
        case 1: query.resourceId = "resource"
        case 2: query.systemId = random.pick(Self.systems)
        case 3: (query.userId, query.resourceId) = ("user", "resource")
        default: break
        }
        return query
    }

    private static func isOf(_ record: AuditRecord, _ query: RecordQuery) -> Bool {
        (query.userId ?? record.userId) == record.userId
            && (query.resourceId ?? record.resourceId) == record.resourceId
            && (query.systemId ?? record.key.systemId) == record.key.systemId
    }

    /// A reader of pages, now and then without time or with little room.
    private mutating func paging(
        _ store: any RecordStore, _ scope: SystemScope, hidden: AttributePath?
    ) -> Paging {
        var paging = Paging(store: store, scope: scope)
        if let hidden {
            paging.isVisible = { !$0.names.starts(with: hidden.names) }
            paging.sight = { record in
                guard let tree = try? Tree(json: record.attributes) else { return record.attributes }
                return Array(tree.without(hidden.names[...]).plainText.utf8)
            }
        }
        if random.once(in: 4) { paging.budget = { (.spent, { .now }) } }
        if random.once(in: 4) {
            paging.memory = AnswerMemory(.init(answer: 900, unasked: 300, reserved: 1 << 20))
        }
        return paging
    }
}

extension Tree {
    /// The texts of an object at any depth, each with the names on the way to it, as filters go through arrays.
    fileprivate var texts: [(path: [String], text: [UInt8])] {
        switch self {
        case .string(let text): [([], text)]
        case .array(let elements): elements.flatMap(\.texts)
        case .object(let members):
            members.flatMap { name, value in
                value.texts.map { ([String(decoding: name, as: UTF8.self)] + $0.path, $0.text) }
            }
        default: []
        }
    }
}
