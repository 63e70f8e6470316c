package import AuditRecords

/// Reads what came behind a place, for one who follows: the records that a question and a key's policy let through, judged as a query's
/// are.
package struct ArrivalReader: Sendable {
    let store: any FollowedStore
    let memory: AnswerMemory
    let sight: Sight?
    let now: @Sendable () -> ContinuousClock.Instant

    /// A reader of this store. A question's condition is held against what `sight` leaves of a record's attributes; nil leaves all.
    package init(
        store: any FollowedStore, memory: AnswerMemory = .unshared, sight: Sight? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        (self.store, self.memory) = (store, memory)
        (self.sight, self.now) = (sight, now)
    }

    /// Reads the records behind a place, nil being the beginning, of a question's ids, filter and search: at most its limit, which may
    /// be 0 to look whether there is one. When its time is over it ends with what it has, and always behind where it began.
    ///
    /// What a page says of how it ended tells nothing of what the key may not see, but that its time was over.
    ///
    /// - Throws: ``StoreError`` when the store fails, even if part of the page was read.
    package func page(
        of query: RecordQuery, after place: ArrivalPlace?, scope: SystemScope, budget: Budget
    ) throws(StoreError) -> FollowedPage {
        let room = memory.room(for: query.limit, orBytes: query.condition == nil ? 0 : Filtering.usualBytes)
        let restriction = Restriction(
            userId: query.userId, systemId: query.systemId, resourceId: query.resourceId,
            scope: scope)
        var reading = ArrivalReading(
            gathering: RecordGathering(limit: query.limit), room: room, place: place,
            filtering: query.condition.map { Filtering($0, sight: sight) })
        while true {
            let read = ArrivalRead(
                after: reading.place, limit: reading.readLimit, restriction: restriction,
                budget: Budget(soft: budget.soft, deadline: budget.deadline, bytes: reading.freeBytes))
            switch try store.arrivals(read) {
            case .lost(let loss): return .lost(loss)
            case .run(let run):
                reading.note(run.doubt)
                guard let stop = try reading.stop(in: run, budget, now) else { continue }
                memory.note(count: reading.gathering.records.count, bytes: reading.gathering.byteCount)
                // Of one who has begun at the beginning and took nothing, it is still there.
                let beginning = ArrivalPlace(origin: run.end.origin, number: 0)
                return .page(
                    ArrivalPage(
                        records: reading.gathering.records, stop: stop, next: reading.place ?? beginning,
                        looked: reading.filtering?.looked ?? 0, room: reading.room, usage: reading.usage))
            }
        }
    }
}

/// What there is behind a place.
package enum FollowedPage: Sendable {
    /// The store keeps the place.
    case page(ArrivalPage)
    /// It does not.
    case lost(PlaceLoss)
}

/// One page of what came.
package struct ArrivalPage {
    /// The records, in the order in which they came.
    package var records: [AuditRecord]
    /// Why it ended: only with `end` there was nothing more when it was read.
    package let stop: RecordPage.Stop
    /// Who goes on from here gets every record that this page has not.
    package let next: ArrivalPlace
    /// How many records the question's condition was held against; 0 without one.
    package let looked: Int
    /// What its bytes may take.
    package let room: AnswerRoom
    /// Why it may lack what is stored by now, if it may.
    package let usage: StoreUsage
}

/// A page of what came while it is read.
private struct ArrivalReading {
    var gathering: RecordGathering
    var room: AnswerRoom
    /// Up to where all is taken or left out.
    var place: ArrivalPlace?
    var filtering: Filtering?
    private(set) var usage = StoreUsage.none

    init(gathering: RecordGathering, room: AnswerRoom, place: ArrivalPlace?, filtering: Filtering?) {
        (self.gathering, self.room, self.place, self.filtering) = (gathering, room, place, filtering)
    }

    /// Notes why one of its runs may lack something, if it may.
    mutating func note(_ doubt: StoreDoubt?) {
        var run = StoreUsage.none
        run.doubt = doubt
        usage += run
    }

    /// Bytes of records that may be read now.
    var freeBytes: Int { max(1, room.byteLimit - gathering.byteCount) }

    /// How many records to read at once.
    var readLimit: Int {
        let wanted = max(1, gathering.limit - gathering.records.count)
        return filtering?.readLimit(wanted: wanted, freeBytes: freeBytes) ?? wanted
    }

    /// Takes of a run what fits; why the page ends in it or behind it, if it does.
    mutating func stop(
        in run: ArrivalRun, _ budget: Budget, _ now: () -> ContinuousClock.Instant
    ) throws(StoreError) -> RecordPage.Stop? {
        for arrival in run.arrivals {
            guard try filtering?.keeps(arrival.record) ?? true else {
                place = arrival.place
                if filtering?.isClockDue() ?? false, budget.soft <= now() { return .budget }
                continue
            }
            guard !gathering.isFull else { return .limit }
            let size = arrival.record.byteCount
            if !room.grow(toHold: gathering.byteCount + size, until: gathering.isEmpty ? .now : budget.soft) {
                guard gathering.isEmpty else { return .size }
                // It is read again, when there is room for it.
                try room.wait(toHold: size, until: budget.deadline)
                return nil
            }
            guard gathering.take(arrival.record, &room, until: budget.soft) else { return .size }
            place = arrival.place
        }
        place = run.end
        // Whether more came that the key may see is not looked for: so a full page says the same whatever else came.
        if gathering.isFull, gathering.limit > 0 { return .limit }
        if run.isAtEnd { return .end }
        return budget.soft <= now() ? .budget : nil
    }
}
