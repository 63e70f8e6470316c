/// Makes the finished answer to a question from what the store has.
struct AnswerMaker: Sendable {
    let store: any RecordStore
    let cursors: CursorSeal
    let settings: ServiceSettings
    let time: TimeSource

    func answer(to question: Question, for policy: Policy, budget: Budget) throws(AnswerFailure) -> Answer {
        switch question {
        case .records(let query): try page(of: query, policy, budget)
        case .record(let key): try record(key, policy, budget)
        case .batch(let ids): try batch(ids, policy, budget)
        }
    }

    private func page(of query: RecordQuery, _ policy: Policy, _ budget: Budget) throws(AnswerFailure)
        -> Answer
    {
        let asked = time.steady()
        let reader = PageReader(store: store, now: time.steady)
        let page = try storeAnswer { () throws(StoreError) in
            try reader.page(of: query, scope: policy.scope, budget: budget)
        }
        var nextCursor: [UInt8]?
        if let resume = page.resume {
            var next = query
            next.after = resume
            nextCursor = try cursors.seal(next, policy: policy.fingerprint)
        }
        let body = try AnswerWriter(policy: policy).page(page, of: query, nextCursor: nextCursor)
        return Answer(
            body: body, recordCount: page.records.count,
            lifetime: lifetime(isPartial: page.stop == .budget, end: query.range.end), made: time.steady(),
            asked: asked, usage: page.usage)
    }

    private func record(_ key: RecordKey, _ policy: Policy, _ budget: Budget) throws(AnswerFailure) -> Answer
    {
        let asked = time.steady()
        let found = try visibleRecords([key], policy, budget)
        guard let record = found.records[0] else {
            return Answer(
                body: [], recordCount: 0, isMissing: true, lifetime: lifetime(), made: time.steady(),
                asked: asked,
                usage: found.usage)
        }
        let body = try AnswerWriter(policy: policy).record(record)
        return Answer(
            body: body, recordCount: 1, lifetime: lifetime(), made: time.steady(), asked: asked,
            usage: found.usage)
    }

    private func batch(_ ids: [[UInt8]], _ policy: Policy, _ budget: Budget) throws(AnswerFailure) -> Answer {
        let asked = time.steady()
        let found = try visibleRecords(ids.map { RecordKey(id: $0) }, policy, budget)
        let body = try AnswerWriter(policy: policy).batch(found.records)
        let count = found.records.count { $0 != nil }
        return Answer(
            body: body, recordCount: count, lifetime: lifetime(), made: time.steady(), asked: asked,
            usage: found.usage)
    }

    private func lifetime(isPartial: Bool = false, end: Timestamp? = nil) -> Duration {
        Freshness(settings: settings).lifetime(
            isPartial: isPartial, end: end, now: time.wall(), draw: .random(in: 0..<1))
    }

    /// The records of the keys that the policy allows to see, nil for the others and for what does not exist.
    /// What may not be seen is not even read, so that no time tells whether it exists.
    private func visibleRecords(
        _ keys: [RecordKey?], _ policy: Policy, _ budget: Budget
    ) throws(AnswerFailure) -> FetchedRecords {
        let visible = keys.map { key in key.flatMap { policy.scope.contains($0.systemId) ? $0 : nil } }
        let wanted = visible.compactMap { $0 }
        guard !wanted.isEmpty else { return FetchedRecords(records: visible.map { _ in nil }) }
        let fetched = try storeAnswer { () throws(StoreError) in try store.fetch(wanted, budget: budget) }
        var rest = fetched.records[...]
        return FetchedRecords(
            records: visible.map { $0 == nil ? nil : rest.popFirst() ?? nil }, usage: fetched.usage)
    }

    private func storeAnswer<Value>(_ read: () throws(StoreError) -> Value) throws(AnswerFailure) -> Value {
        do throws(StoreError) {
            return try read()
        } catch {
            throw .store(error)
        }
    }
}
