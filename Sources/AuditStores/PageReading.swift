internal import AuditRecords

/// One page that is being read.
struct PageReading {
    private let query: RecordQuery
    private let plan: Plan
    private let store: any RecordStore
    private let budget: Budget
    private let now: @Sendable () -> ContinuousClock.Instant

    private var ahead: ReadAhead
    private var room: AnswerRoom
    private var filtering: Filtering?
    private let equalities: [RequiredEquality]
    private var records: [AuditRecord] = []
    /// The last record that was looked at, on the page or not.
    private var reached: RecordKey?
    /// The bytes of the page's records.
    private(set) var bytes = 0
    private var usage = StoreUsage.none

    init(
        _ query: RecordQuery, plan: Plan, store: any RecordStore, room: AnswerRoom, budget: Budget,
        sight: @escaping Sight, equalities: [RequiredEquality],
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.query = query
        self.plan = plan
        self.store = store
        self.room = room
        self.budget = budget
        self.now = now
        filtering = query.filter.map { Filtering($0, sight: sight) }
        self.equalities = equalities
        ahead = ReadAhead(store: store, steps: plan.steps.filter { !query.isPast($0) })
    }

    /// Reads it.
    mutating func page() throws(StoreError) -> RecordPage {
        while let (step, run) = try nextRun() {
            if let page = try page(from: step, first: run) { return page }
            if budget.soft <= now(), let place = boundary(after: step) { return end(lateAt: place) }
        }
        return end(.end, resume: nil)
    }

    private mutating func nextRun() throws(StoreError) -> (step: Plan.Step, run: PartitionRun)? {
        let (request, after, bytes) = (request, query.after, freeBytes)
        return try ahead.next { step, width in
            // What is read at once shares what is free.
            request.read(step, after: after, bytes: bytes / width)
        }
    }

    /// Takes of a step what fits; the page, if it ends in it.
    private mutating func page(from step: Plan.Step, first: PartitionRun) throws(StoreError) -> RecordPage? {
        var (run, after) = (first, query.after)
        while true {
            for record in run.records where belongs(record, to: step) {
                if let page = try page(at: record) { return page }
            }
            if let withheld = run.withheld {
                if let page = try page(before: withheld.byteCount, at: run.resume) { return page }
            } else {
                guard let resume = run.resume else { return nil }
                guard resume != after else {
                    throw StoreError(.unavailable, "the store does not advance in \(step.partition)")
                }
                if budget.soft <= now() { return end(lateAt: resume) }
            }
            after = run.resume ?? after
            let bytes = freeBytes
            run = try store.read(request.read(step, after: after, bytes: bytes))
            usage += run.usage
            guard run.withheld.map({ run.records.byteCount + $0.byteCount > bytes }) ?? true else {
                throw StoreError(.unavailable, "the store holds back what fits in \(step.partition)")
            }
        }
    }

    /// Looks at a record; the page, where it ends before it or with it.
    private mutating func page(at record: AuditRecord) throws(StoreError) -> RecordPage? {
        guard try filtering?.keeps(record) ?? true else { return page(pastRejected: record.key) }
        guard take(record) else {
            return end(records.count == query.limit ? .limit : .size, resume: reached)
        }
        reached = record.key
        return nil
    }

    /// Leaves out a record that does not pass the filter; the page, where enough is looked at.
    private mutating func page(pastRejected place: RecordKey) -> RecordPage? {
        reached = place
        if records.count == query.limit, filtering?.isEnoughBehind() ?? false {
            return end(.limit, resume: place)
        }
        return filtering?.isClockDue() ?? false && budget.soft <= now() ? end(lateAt: place) : nil
    }

    /// Whether another record is on the page.
    private mutating func take(_ record: AuditRecord) -> Bool {
        guard records.count < query.limit else { return false }
        // One record is always taken, or there would be no page after it.
        guard records.isEmpty || room.grow(toHold: bytes + record.byteCount, until: budget.soft) else {
            return false
        }
        records.append(record)
        bytes += record.byteCount
        return true
    }

    /// Makes room for a record that did not fit; the page, where there is none and something to show.
    private mutating func page(before size: Int, at place: RecordKey?) throws(StoreError) -> RecordPage? {
        // Of a full page, a filter has still to be held against it, if there is room to read it.
        guard records.count < query.limit || filtering != nil && size <= freeBytes else {
            return end(.limit, resume: reached)
        }
        if !room.grow(toHold: bytes + size, until: records.isEmpty ? .now : budget.soft) {
            if !records.isEmpty, let reached {
                let isFurther = place.map { plan.order.areInOrder(reached, $0) } ?? false
                return end(.size, resume: isFurther ? place : reached)
            }
            ahead.forget()
            try room.wait(toHold: size, until: budget.deadline)
        }
        if size > freeBytes { ahead.forget() }
        return nil
    }

    /// Ends a page whose time is over. One that is full is whole all the same: only a filter looked for more.
    private func end(lateAt place: RecordKey) -> RecordPage {
        end(filtering != nil && records.count == query.limit ? .limit : .budget, resume: place)
    }

    private func end(_ stop: RecordPage.Stop, resume: RecordKey?) -> RecordPage {
        var all = ahead.usage
        all += usage
        return RecordPage(
            records: records, stop: stop, resume: resume, usage: all, looked: filtering?.looked ?? 0,
            room: room)
    }

    /// Bytes of records that may be read now.
    private var freeBytes: Int { max(0, room.byteLimit - bytes - ahead.byteCount) }

    private var request: StepRequest {
        // One record more than the page holds tells whether there is another page.
        let wanted = query.limit + 1 - records.count
        return StepRequest(
            order: plan.order, restriction: plan.restriction,
            limit: filtering?.readLimit(wanted: wanted, freeBytes: freeBytes) ?? wanted, budget: budget,
            equalities: equalities)
    }

    /// A store may return more than it was asked for, as an index's filter can only be coarse. What an answer
    /// shows is decided here.
    private func belongs(_ record: AuditRecord, to step: Plan.Step) -> Bool {
        step.range.contains(record.key.instant) && plan.restriction.matches(record)
            && (query.after.map { plan.order.areInOrder($0, record.key) } ?? true)
    }

    /// The place at a step's end, for a page that ends between two steps; nil after the last.
    private func boundary(after step: Plan.Step) -> RecordKey? {
        guard step != plan.steps.last else { return nil }
        return (plan.order == .ascending ? step.range.end : step.range.start).map(RecordKey.boundary)
    }
}

/// What the reads of a page's steps have in common.
private struct StepRequest {
    let order: SortOrder
    let restriction: Restriction
    let limit: Int
    let budget: Budget
    let equalities: [RequiredEquality]

    func read(_ step: Plan.Step, after: RecordKey?, bytes: Int) -> PartitionRead {
        var budget = budget
        budget.bytes = bytes
        var read = PartitionRead(
            partition: step.partition, range: step.range, order: order, after: after,
            restriction: restriction,
            limit: limit, budget: budget)
        read.equalities = equalities
        return read
    }
}

extension RecordQuery {
    /// Whether the page before went past all of a step.
    fileprivate func isPast(_ step: Plan.Step) -> Bool {
        guard let after else { return false }
        return switch order {
        case .ascending: step.range.end.map { $0 <= after.instant } ?? false
        case .descending: step.range.start.map { after <= .boundary(at: $0) } ?? false
        }
    }
}
