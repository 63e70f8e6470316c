/// Reads one page of a query's answer from a store.
public struct PageReader: Sendable {
    private let store: any RecordStore
    private let now: @Sendable () -> ContinuousClock.Instant

    /// A reader of this store, which looks at this clock for its budget.
    public init(store: any RecordStore, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.store = store
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
        let plan = Plan(query, scope: scope)
        var ahead = ReadAhead(store: store, steps: plan.steps.filter { !isPassed($0, query) })
        var records: [AuditRecord] = []
        var usage = StoreUsage.none
        func read(_ step: Plan.Step, after: RecordKey?) -> RangeRead {
            // One record more than the page holds tells whether there is another page.
            RangeRead(
                partition: step.partition, range: step.range, order: plan.order, after: after,
                filter: plan.filter, limit: query.limit + 1 - records.count, budget: budget)
        }
        func page(_ stop: RecordPage.Stop, resume: RecordKey?) -> RecordPage {
            var all = ahead.usage
            all += usage
            return RecordPage(records: records, stop: stop, resume: resume, usage: all)
        }
        while let (step, first) = try ahead.next({ read($0, after: query.after) }) {
            var (run, after) = (first, query.after)
            while true {
                for record in run.records where belongs(record, to: step, of: plan, after: query.after) {
                    if records.count == query.limit { return page(.limit, resume: records.last?.key) }
                    records.append(record)
                }
                guard let resume = run.resume else { break }
                guard resume != after else {
                    throw StoreError(.unavailable, "the store does not advance in \(step.partition)")
                }
                if budget.soft <= now() { return page(.budget, resume: resume) }
                after = resume
                run = try store.read(read(step, after: resume))
                usage += run.usage
            }
            if budget.soft <= now(), let place = boundary(after: step, in: plan) {
                return page(.budget, resume: place)
            }
        }
        return page(.end, resume: nil)
    }

    /// Whether the page before went past all of a step.
    private func isPassed(_ step: Plan.Step, _ query: RecordQuery) -> Bool {
        guard let after = query.after else { return false }
        return switch query.order {
        case .ascending: step.range.end.map { $0 <= after.instant } ?? false
        case .descending: step.range.start.map { after <= .boundary(at: $0) } ?? false
        }
    }

    /// A store may return more than it was asked for, as an index's filter can only be coarse. What an answer
    /// shows is decided here.
    private func belongs(
        _ record: AuditRecord, to step: Plan.Step, of plan: Plan, after: RecordKey?
    ) -> Bool {
        step.range.contains(record.key.instant) && plan.filter.matches(record)
            && (after.map { plan.order.areInOrder($0, record.key) } ?? true)
    }

    /// The place at a step's end, for a page that ends between two steps; nil after the last.
    private func boundary(after step: Plan.Step, in plan: Plan) -> RecordKey? {
        guard step != plan.steps.last else { return nil }
        return (plan.order == .ascending ? step.range.end : step.range.start).map(RecordKey.boundary)
    }
}
