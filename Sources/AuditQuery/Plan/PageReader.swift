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
        var records: [AuditRecord] = []
        for step in plan.steps where !isPassed(step, query) {
            var after = query.after
            repeat {
                // One record more than the page holds tells whether there is another page.
                let wanted = query.limit + 1 - records.count
                let run = try store.read(
                    RangeRead(
                        partition: step.partition, range: step.range, order: plan.order, after: after,
                        filter: plan.filter, limit: wanted, budget: budget))
                for record in run.records where belongs(record, to: step, of: plan, after: query.after) {
                    if records.count == query.limit {
                        return RecordPage(records: records, stop: .limit, resume: records.last?.key)
                    }
                    records.append(record)
                }
                if run.resume != nil && run.resume == after {
                    throw StoreError(.unavailable, "the store does not advance in \(step.partition)")
                }
                after = run.resume
                if let after, budget.soft <= now() {
                    return RecordPage(records: records, stop: .budget, resume: after)
                }
            } while after != nil
            if budget.soft <= now(), let place = boundary(after: step, in: plan) {
                return RecordPage(records: records, stop: .budget, resume: place)
            }
        }
        return RecordPage(records: records, stop: .end, resume: nil)
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
