internal import AuditRecords

/// One page that is being read, of records or of counts of them.
struct PageReading<Gathered: Gathering> {
    let query: RecordQuery
    let plan: Plan
    let store: any RecordStore
    let budget: Budget
    let now: @Sendable () -> ContinuousClock.Instant

    private var ahead: ReadAhead
    private(set) var room: AnswerRoom
    private var filtering: Filtering?
    private let hints: StoreHints
    /// What was taken.
    private(set) var gathered: Gathered
    private var last: AuditRecord?
    /// The last record that was looked at, taken or not.
    var reached: RecordKey? { last?.key }
    /// Whether the store's index of words may be asked for what is left.
    var mayAskForWords: Bool
    var ownUsage = StoreUsage.none
    var trace: ReadTrace?

    init(
        _ query: RecordQuery, into gathered: Gathered, plan: Plan, store: any RecordStore, room: AnswerRoom,
        budget: Budget, hints: StoreHints, sight: Sight?,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.query = query
        self.gathered = gathered
        self.plan = plan
        self.store = store
        self.room = room
        self.budget = budget
        self.now = now
        filtering = query.condition.map { Filtering($0, sight: sight) }
        self.hints = hints
        mayAskForWords = query.search != nil && sight == nil && plan.restriction.scope == .all
        ahead = ReadAhead(store: store, steps: plan.steps.filter { !query.isPast($0) })
    }

    /// Reads it.
    mutating func page() throws(StoreError) -> PageEnd {
        trace?.note(plan)
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
            request.read(step, after: after, bytes: bytes / width, isAhead: width > 1)
        }
    }

    /// Takes of a step what fits; the page, if it ends in it.
    private mutating func page(from step: Plan.Step, first: PartitionRun) throws(StoreError) -> PageEnd? {
        var (run, after) = (first, query.after)
        while true {
            filtering?.note(leftOut: run.leftOut)
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
                if gathered.isFull, filtering?.isEnoughBehind(run.leftOutBehind) ?? false {
                    return end(.limit, resume: resume)
                }
                if budget.soft <= now() { return end(lateAt: resume) }
            }
            after = run.resume ?? after
            let bytes = freeBytes
            run = try store.read(request.read(step, after: after, bytes: bytes, isAhead: false))
            ownUsage += run.usage
            guard run.withheld.map({ run.records.byteCount + $0.byteCount > bytes }) ?? true else {
                throw StoreError(.unavailable, "the store holds back what fits in \(step.partition)")
            }
        }
    }

    /// Looks at a record; the page, where it ends before it or with it.
    mutating func page(at record: AuditRecord) throws(StoreError) -> PageEnd? {
        guard try filtering?.keeps(record) ?? true else { return try page(pastRejected: record) }
        guard try gathered.take(record, &room, until: budget.soft) else {
            return end(gathered.isFull ? .limit : .size, resume: reached)
        }
        last = record
        return nil
    }

    /// Leaves out a record that does not pass the filter; the page, where enough is looked at.
    private mutating func page(pastRejected record: AuditRecord) throws(StoreError) -> PageEnd? {
        last = record
        let place = record.key
        if gathered.isFull, filtering?.isEnoughBehind() ?? false {
            return end(.limit, resume: place)
        }
        if let page = try pageOfWords(behind: place) { return page }
        return filtering?.isClockDue() ?? false && budget.soft <= now() ? end(lateAt: place) : nil
    }

    /// Makes room for a record that did not fit; the page, where there is none and something to show.
    mutating func page(before size: Int, at place: RecordKey?) throws(StoreError) -> PageEnd? {
        // Of a full page, a filter has still to be held against it, if there is room to read it.
        guard !gathered.isFull || filtering != nil && size <= freeBytes else {
            return end(.limit, resume: reached)
        }
        if !room.grow(toHold: gathered.byteCount + size, until: gathered.isEmpty ? .now : budget.soft) {
            if !gathered.isEmpty, let reached {
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
    func end(lateAt place: RecordKey) -> PageEnd {
        end(filtering != nil && gathered.isFull ? .limit : .budget, resume: place)
    }

    func end(_ stop: RecordPage.Stop, resume: RecordKey?) -> PageEnd {
        PageEnd(stop: stop, resume: resume)
    }

    /// What the store took for it.
    var usage: StoreUsage {
        var all = ahead.usage
        all += ownUsage
        return all
    }

    /// How many records the query's filter was held against; 0 without one.
    var looked: Int { filtering?.looked ?? 0 }

    /// Bytes of records that may be read now.
    var freeBytes: Int { max(0, room.byteLimit - gathered.byteCount - ahead.byteCount) }

    private var request: StepRequest {
        var hints = hints
        // How far a full page looks may tell nothing of what no key may see: all of it is looked at here.
        if gathered.isFull { hints.sieve = nil }
        return StepRequest(
            order: plan.order, restriction: plan.restriction, limit: readLimit, budget: budget, hints: hints,
            enough: filtering.flatMap { _ in gathered.enough }, trace: trace)
    }

    /// How many records to read at once.
    private var readLimit: Int {
        guard let filtering else { return gathered.wanted }
        guard hints.sieve != nil else {
            return filtering.readLimit(wanted: gathered.wanted, freeBytes: freeBytes)
        }
        // Of what a store sieves, one more than a page holds may be far away.
        return gathered.isFull
            ? filtering.readLimitBehind(freeBytes: freeBytes)
            : filtering.readLimit(wanted: max(1, gathered.wanted - 1), freeBytes: freeBytes)
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
