/// Reads one page of a query's answer from a store.
public struct PageReader: Sendable {
    private let store: any RecordStore
    private let memory: AnswerMemory
    private let now: @Sendable () -> ContinuousClock.Instant

    /// A reader of this store, which looks at this clock for its budget.
    public init(store: any RecordStore, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.init(store: store, memory: .unshared, now: now)
    }

    /// A reader of this store whose pages share a worker's memory with others.
    init(
        store: any RecordStore, memory: AnswerMemory, now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.store = store
        self.memory = memory
        self.now = now
    }

    /// Reads the next page: at most `limit` records, each in the query's range and past its position, in
    /// order.
    ///
    /// - Throws: ``StoreError`` when the store fails, even if part of the page was read: a page is never cut short
    ///   by a failure.
    public func page(
        of query: RecordQuery, scope: SystemScope, budget: Budget
    ) throws(StoreError) -> RecordPage {
        var reading = PageReading(
            query, plan: Plan(query, scope: scope), store: store,
            room: memory.room(for: query.limit, isEager: store.readsAtOnce > 1), budget: budget, now: now)
        let page = try reading.page()
        memory.note(count: page.records.count, bytes: reading.bytes)
        return page
    }
}
