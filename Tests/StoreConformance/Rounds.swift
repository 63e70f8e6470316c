package import AuditRecords
package import DemoData
package import AuditStores
import TestSupport

/// Random records in a store, and random questions about them.
package struct Rounds {
    package var random: SplitMix64
    private var model = RecordModel()
    package var vocabulary: Vocabulary
    /// The most records, and the questions about them.
    package var size = (records: 350, questions: 12)
    /// Whether the store gives attributes back byte by byte, and not only as JSON that says the same.
    package var keepsSpelling = true

    package init(random: SplitMix64) {
        self.random = random
        vocabulary = Vocabulary(&self.random)
    }

    package mutating func fill(_ store: any RecordStore) throws {
        let count = random.once(in: 6) ? random.number(in: 0...3) : random.number(in: 20...size.records)
        let records = (0..<count).map { _ in vocabulary.record(&random) }
        if vocabulary.hasOtherSpellings {
            // The loader would spell them its own way.
            try store.put(records)
        } else {
            try store.load(records, &random)
        }
        model.put(records)
    }

    /// What the store should have.
    package var records: [AuditRecord] { Array(model.records.values) }

    /// A day's records, those of a system, or any others: some that are there.
    package func some(_ random: inout SplitMix64) -> [AuditRecord] {
        guard let one = records.randomElement(using: &random) else { return [] }
        return switch random.number(below: 3) {
        case 0: records.filter { $0.key.instant.day == one.key.instant.day }
        case 1: records.filter { $0.key.systemId == one.key.systemId }
        default: records.filter { _ in random.once(in: 2) }
        }
    }

    /// Takes note that the store has some no more.
    package mutating func remove(_ gone: [AuditRecord]) {
        for record in gone { model.remove(record.key) }
    }

    package mutating func ask(
        _ store: any RecordStore, writer: any RecordStore,
        returned: @escaping Returned = { query, _ in query }
    ) throws {
        for _ in 0..<size.questions {
            let query = vocabulary.query(&random)
            let scope = vocabulary.scope(&random)
            var paging = Paging(store: store, scope: scope, returned: returned)
            if random.once(in: 3) { paging.budget = { (.spent, { .now }) } }
            if random.once(in: 2) { paging.memory = memory() }
            let records = try paging.records(of: query)
            try requireSame(records, model.matching(query, scope: scope), query)
            try askHowMany(query, paging)
        }
        for _ in 0..<size.questions / 4 { try askWhileRecordsArrive(store, writer: writer, returned) }
    }

    /// Parts of a count, over the same store with the same budgets, add up to what the records say.
    private mutating func askHowMany(_ query: RecordQuery, _ paging: Paging) throws {
        let names = ReferenceCount.names(&random)
        let found = try paging.tally(of: query, by: names)
        let expected = try ReferenceCount.groups(of: model.matching(query, scope: paging.scope), by: names)
        try require(
            ReferenceCount.groups(of: found) == expected.groups && found.count == expected.count,
            "\(query) by \(names): \(found), not \(expected)")
    }

    /// Little for a page: often less than one record has.
    private mutating func memory() -> AnswerMemory {
        let answer = random.number(in: 100...5000)
        return AnswerMemory(.init(answer: answer, unasked: random.number(in: 1...answer), reserved: 1 << 20))
    }

    /// What was there at the first page is in the answer; what comes later may be or not; nothing is in it twice.
    private mutating func askWhileRecordsArrive(
        _ store: any RecordStore, writer: any RecordStore, _ returned: @escaping Returned
    ) throws {
        let query = vocabulary.query(&random)
        let scope = vocabulary.scope(&random)
        let present = model.matching(query, scope: scope)
        var arrived = 0
        let records = try Paging(store: store, scope: scope, returned: returned).records(of: query) {
            guard arrived < 30 else { return }
            let added = (0..<random.number(in: 0...4)).map { _ in vocabulary.record(&random) }
                .filter { model.records[$0.key] == nil }
            try writer.put(added)
            model.put(added)
            arrived += added.count
        }
        let possible = model.matching(query, scope: scope)
        let keys = Set(records.map(\.key))
        let presentKeys = Set(present.map(\.key))
        try require(keys.count == records.count, "a record is there twice for \(query)")
        try require(presentKeys.isSubset(of: keys), "a record that was there is missing for \(query)")
        try requireSame(records, possible.filter { keys.contains($0.key) }, query)
    }

    private func requireSame(_ got: [AuditRecord], _ expected: [AuditRecord], _ query: RecordQuery) throws {
        guard !keepsSpelling else { return try requireEqual(got, expected, query) }
        try requireEqual(try got.map { try $0.respelt() }, try expected.map { try $0.respelt() }, query)
    }
}
