internal import AuditStores
internal import AuditRecords
internal import Cryptography

/// Makes the finished answer to a question from what the store has.
struct AnswerMaker: Sendable {
    let store: any RecordStore
    let cursors: CursorSeal
    let settings: ServiceSettings
    let time: TimeSource
    let memory: AnswerMemory
    /// Nil where no day is sealed.
    var seals: SealArchive?

    func answer(to question: Question, for policy: Policy, budget: Budget) throws(AnswerFailure) -> Answer {
        switch question {
        case .records(let query): try page(of: query, policy, budget)
        case .lines(let question): try lines(question, policy, budget)
        case .record(let key): try record(key, policy, budget)
        case .batch(let ids): try batch(ids, policy, budget)
        case .count(let question): try count(question, policy, budget)
        case .names(let query): try names(query, policy, budget)
        case .changes(let query): try changes(query, policy, budget)
        case .seals(let query): try seals(of: query, policy)
        case .proof(let key): try proof(of: key, policy, budget)
        case .policy: try self.policy(policy)
        }
    }

    private func page(of query: RecordQuery, _ policy: Policy, _ budget: Budget) throws(AnswerFailure)
        -> Answer
    {
        let asked = time.steady()
        let reader = reader(for: policy)
        var page = try storeAnswer { () throws(StoreError) in
            try reader.page(of: query, scope: policy.scope, budget: budget)
        }
        page.room?.keep(records: page.records.byteCount)
        let nextCursor = try cursor(behind: page.resume, of: query, policy)
        let body = try AnswerWriter(policy: policy).page(page, of: query, nextCursor: nextCursor)
        let count = page.records.count
        page.records = []  // Packing the body takes the room that they had.
        return Answer(
            body: body, recordCount: count,
            lifetime: lifetime(isPartial: page.stop == .budget, end: query.range.end), made: time.steady(),
            asked: asked, usage: page.usage, room: page.room, packs: true, looked: page.looked)
    }

    private func count(_ question: CountQuery, _ policy: Policy, _ budget: Budget) throws(AnswerFailure)
        -> Answer
    {
        let asked = time.steady()
        let reader = PageReader(
            store: store, memory: memory, sight: policy.hiddenAttributes.sight, now: time.steady)
        let part: CountPart
        do throws(StoreError) {
            part = try reader.part(of: question, scope: policy.scope, budget: budget)
        } catch {
            throw error.code == .tooLarge ? .tooManyGroups(limit: Tally.mostGroups) : .store(error)
        }
        part.room?.keep(records: part.byteCount)
        let cursor = try nextCursor(of: part, question, policy)
        let body = AnswerWriter(policy: policy).part(part, of: question, nextCursor: cursor)
        return Answer(
            body: body, recordCount: 0,
            lifetime: lifetime(isPartial: part.stop == .budget, end: question.records.range.end),
            made: time.steady(), asked: asked, usage: part.usage, room: part.room, packs: true,
            looked: part.looked, counted: part.tally.count)
    }

    private func nextCursor(
        of part: CountPart, _ question: CountQuery, _ policy: Policy
    ) throws(AnswerFailure) -> [UInt8]? {
        guard let resume = part.resume else { return nil }
        var next = question
        next.records.after = resume
        return try sealed { () throws(CryptographyError) in
            try cursors.seal(next, policy: policy.fingerprint)
        }
    }

    private func record(_ key: RecordKey, _ policy: Policy, _ budget: Budget) throws(AnswerFailure) -> Answer
    {
        let asked = time.steady()
        let (found, room) = try visibleRecords([key], policy, budget)
        guard let record = found.records[0] else {
            return Answer(
                body: [], recordCount: 0, isMissing: true, lifetime: lifetime(), made: time.steady(),
                asked: asked, usage: found.usage)
        }
        let body = try AnswerWriter(policy: policy).record(record)
        return Answer(
            body: body, recordCount: 1, lifetime: lifetime(), made: time.steady(), asked: asked,
            usage: found.usage, room: room, packs: true)
    }

    private func batch(_ ids: [[UInt8]], _ policy: Policy, _ budget: Budget) throws(AnswerFailure) -> Answer {
        let asked = time.steady()
        var (found, room) = try visibleRecords(ids.map { RecordKey(id: $0) }, policy, budget)
        let body = try AnswerWriter(policy: policy).batch(found.records)
        let count = found.records.count { $0 != nil }
        found.records = []
        return Answer(
            body: body, recordCount: count, lifetime: lifetime(), made: time.steady(), asked: asked,
            usage: found.usage, room: room, packs: true)
    }

    func lifetime(isPartial: Bool = false, end: Timestamp? = nil) -> Duration {
        Freshness(settings: settings).lifetime(
            isPartial: isPartial, end: end, now: time.wall(), draw: .random(in: 0..<1))
    }

    /// The records of the keys that the policy allows to see, nil for the others and for what does not exist.
    /// What may not be seen is not even read, so that no time tells whether it exists.
    func visibleRecords(
        _ keys: [RecordKey?], _ policy: Policy, _ budget: Budget
    ) throws(AnswerFailure) -> (found: FetchedRecords, room: AnswerRoom?) {
        let visible = keys.map { key in key.flatMap { policy.scope.contains($0.systemId) ? $0 : nil } }
        let wanted = visible.compactMap { $0 }
        guard !wanted.isEmpty else { return (FetchedRecords(records: visible.map { _ in nil }), nil) }
        let (fetched, room) = try fetch(wanted, budget)
        var rest = fetched.records[...]
        let found = FetchedRecords(
            records: visible.map { $0 == nil ? nil : rest.popFirst() ?? nil }, usage: fetched.usage)
        return (found, room)
    }

    /// Fetches into the room that as many records usually take, and where they take more into all that an answer may
    /// have.
    private func fetch(
        _ keys: [RecordKey], _ budget: Budget
    ) throws(AnswerFailure) -> (found: FetchedRecords, room: AnswerRoom) {
        var room = memory.room(for: keys.count, isEager: store.readsAtOnce > 1)
        if let found = try fetch(keys, budget, into: &room) { return (found, room) }
        try storeAnswer { () throws(StoreError) in
            try room.wait(toHold: memory.limits.answer, until: budget.deadline)
        }
        guard let found = try fetch(keys, budget, into: &room) else {
            throw .tooLarge(limit: memory.limits.answer)
        }
        return (found, room)
    }

    /// Nil when the records do not fit.
    private func fetch(
        _ keys: [RecordKey], _ budget: Budget, into room: inout AnswerRoom
    ) throws(AnswerFailure) -> FetchedRecords? {
        var budget = budget
        budget.bytes = room.byteLimit
        let found: FetchedRecords
        do throws(StoreError) {
            found = try store.fetch(keys, budget: budget)
        } catch {
            if error.code == .tooLarge { return nil }
            throw .store(error)
        }
        // What is asked for twice is written twice.
        let records = found.records.compactMap { $0 }
        guard room.grow(toHold: records.byteCount, until: .now) else { return nil }
        memory.note(count: records.count, bytes: records.byteCount)
        room.keep(records: records.byteCount)
        return found
    }

    func sealed(_ seal: () throws(CryptographyError) -> [UInt8]) throws(AnswerFailure) -> [UInt8] {
        do throws(CryptographyError) {
            return try seal()
        } catch {
            throw .fault(error.description)
        }
    }

    func storeAnswer<Value>(_ read: () throws(StoreError) -> Value) throws(AnswerFailure) -> Value {
        do throws(StoreError) {
            return try read()
        } catch {
            throw .store(error)
        }
    }
}
