package import AuditRecords

/// Reads one page of a query's answer from a store.
package struct PageReader: Sendable {
    let store: any RecordStore
    let memory: AnswerMemory
    let sight: Sight?
    private let isVisible: @Sendable (AttributePath) -> Bool
    let now: @Sendable () -> ContinuousClock.Instant
    /// What is told how pages are read; nil where nobody asks.
    package var trace: ReadTrace?

    /// A reader of this store, which looks at this clock for its budget.
    package init(store: any RecordStore, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.init(store: store, memory: .unshared, isVisible: { _ in true }, now: now)
    }

    /// A reader of this store whose pages share a worker's memory with others. A query's condition is held against what `sight`
    /// leaves of a record's attributes; nil leaves all. Of an attribute that is not `isVisible`, as none is unless that is said,
    /// no index is asked: how long that takes would tell what a record has there.
    package init(
        store: any RecordStore, memory: AnswerMemory, sight: Sight? = nil,
        isVisible: @escaping @Sendable (AttributePath) -> Bool = { _ in false },
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.store = store
        self.memory = memory
        self.sight = sight
        self.isVisible = isVisible
        self.now = now
    }

    /// Reads the next page: at most `limit` records, each in the query's range, past its position and let through by its
    /// condition, in order.
    ///
    /// - Throws: ``StoreError`` when the store fails, even if part of the page was read: a page is never cut short
    ///   by a failure.
    package func page(
        of query: RecordQuery, scope: SystemScope, budget: Budget
    ) throws(StoreError) -> RecordPage {
        let room = memory.room(
            for: query.limit, orBytes: query.condition == nil ? 0 : Filtering.usualBytes,
            isEager: store.readsAtOnce > 1)
        var reading = PageReading(
            query, into: RecordGathering(limit: query.limit), plan: Plan(query, scope: scope), store: store,
            room: room, budget: budget, hints: hints(for: query), sight: sight,
            now: now)
        reading.trace = trace
        let end = try reading.page()
        let records = reading.gathered.records
        memory.note(count: records.count, bytes: reading.gathered.byteCount)
        let page = RecordPage(
            records: records, stop: end.stop, resume: end.resume, usage: reading.usage,
            looked: reading.looked, room: reading.room)
        trace?.note(page)
        return page
    }

    /// What a store may go by to read less of what a question asks for.
    ///
    /// A sieve only for a key that no attribute is hidden from: it looks at all of a record.
    func hints(for query: RecordQuery) -> StoreHints {
        guard let filter = query.filter else { return StoreHints() }
        let isSieved = store.sieves && sight == nil
        return StoreHints(
            equalities: filter.requiredEqualities.filter { isVisible($0.path) },
            sieve: isSieved ? RecordSieve(filter) : nil)
    }
}

/// What a store may go by to read less. None of it tells of what the asking key may not see.
struct StoreHints {
    var equalities: [RequiredEquality] = []
    var sieve: RecordSieve?
}

/// One page of an answer.
package struct RecordPage: Sendable {
    /// Why a page ended.
    package enum Stop: String, Sendable {
        /// It is full, and there are more; with a filter or a search, there may be.
        case limit
        /// The next record would have been too many bytes for a page, or for what a worker holds now.
        case size
        /// Its time ran out; there may be more.
        case budget
        /// There are no more.
        case end
    }

    /// The records, in order.
    package var records: [AuditRecord]
    /// Why it ended.
    package let stop: Stop
    /// Where the next page begins; nil when there is none.
    package let resume: RecordKey?
    /// What the store took for it.
    package let usage: StoreUsage
    /// How many records the query's condition was held against; 0 without one.
    package let looked: Int
    /// What its bytes may take.
    package let room: AnswerRoom?
}

extension RecordPage {
    /// A page of its parts.
    package init(records: [AuditRecord], stop: Stop, resume: RecordKey?, usage: StoreUsage = .none) {
        self.init(records: records, stop: stop, resume: resume, usage: usage, looked: 0, room: nil)
    }
}
