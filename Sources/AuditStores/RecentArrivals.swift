package import AuditRecords
internal import Synchronization

/// What came into a store lately, read once for all who wait in a process: that there is nothing for one of them is told without the
/// store. Nothing else is: what there is for him he reads from the store, where it may have been replaced or removed meanwhile.
package final class RecentArrivals: Sendable {
    /// The most bytes of records that are held.
    package static let capacity = 4 << 20
    /// The most records.
    package static let mostRecords = 4096

    /// All that came in an order behind one number, up to another.
    private struct Span {
        let origin: UInt64
        var begin: Int64
        var end: Int64
        var arrivals: [Arrival] = []
        var byteCount = 0

        /// Nothing yet, behind a place.
        init(at place: ArrivalPlace) { (origin, begin, end) = (place.origin, place.number, place.number) }

        var place: ArrivalPlace { ArrivalPlace(origin: origin, number: end) }

        /// Takes what came next, for which the earliest makes room.
        mutating func append(_ run: ArrivalRun) {
            arrivals += run.arrivals
            byteCount += run.records.byteCount
            end = run.end.number
            var count = max(0, arrivals.count - RecentArrivals.mostRecords)
            byteCount -= arrivals.prefix(count).reduce(0) { $0 + $1.record.byteCount }
            while byteCount > RecentArrivals.capacity {
                byteCount -= arrivals[count].record.byteCount
                count += 1
            }
            guard count > 0 else { return }
            begin = arrivals[count - 1].place.number
            arrivals.removeFirst(count)
        }

        /// What came behind a number, which is one of those that it has.
        func behind(_ number: Int64) -> ArraySlice<Arrival> {
            var (low, high) = (0, arrivals.count)
            while low < high {
                let middle = (low + high) / 2
                if arrivals[middle].place.number <= number { low = middle + 1 } else { high = middle }
            }
            return arrivals[low...]
        }
    }

    private let span = Mutex<Span?>(nil)

    /// Knows of nothing yet.
    package init() {}

    /// Reads what came since it was called before. For one thread, that which watches for all who wait.
    ///
    /// Costs a look at the end of the order, and once whatever came; of a store without numbers, which shares what it reads, what
    /// ``FollowedStore/arrivalMark(deadline:)`` does.
    ///
    /// - Returns: another number than before as soon as something has come.
    package func refresh(
        from store: any FollowedStore, deadline: ContinuousClock.Instant
    ) throws(StoreError) -> Int64 {
        guard store.keepsAllArrivals else { return try store.arrivalMark(deadline: deadline) }
        let last = try store.arrivalEnd(deadline: deadline)
        let known = span.withLock { $0 }
        guard let known, known.origin == last.origin, known.end <= last.number,
            last.number - known.end <= Self.mostRecords
        else {
            span.withLock { $0 = Span(at: last) }
            return last.number
        }
        guard known.end < last.number else { return last.number }
        let read = ArrivalRead(
            after: known.place, limit: Self.mostRecords, restriction: Restriction(scope: .all),
            budget: Budget(soft: deadline, deadline: deadline, bytes: Self.capacity))
        // Where it fails, and where more came than is held, whoever waits looks for himself.
        guard case .run(let run)? = try? store.arrivals(read), run.isAtEnd, run.end.origin == known.origin
        else {
            span.withLock { $0 = Span(at: last) }
            return last.number
        }
        span.withLock { $0?.append(run) }
        return last.number
    }

    /// Up to where there is nothing behind a place for who asks; nil where there may be something, and where that is not known here.
    ///
    /// Records are judged as ``ArrivalReader`` does, until `end`. Costs a comparison or two for each that came since, and what a filter or
    /// a search takes.
    package func end(
        ofNothingFor query: RecordQuery, behind place: ArrivalPlace, scope: SystemScope, sight: Sight? = nil,
        until end: ContinuousClock.Instant, now: () -> ContinuousClock.Instant = { .now }
    ) -> ArrivalPlace? {
        guard let span = span.withLock({ $0 }), place.positions.isEmpty, place.origin == span.origin,
            (span.begin..<max(span.begin, span.end)).contains(place.number)
        else { return nil }
        let restriction = Restriction(
            userId: query.userId, systemId: query.systemId, resourceId: query.resourceId,
            scope: scope)
        var filtering = query.condition.map { Filtering($0, sight: sight) }
        for arrival in span.behind(place.number) where restriction.matches(arrival.record) {
            guard let isKept = try? filtering?.keeps(arrival.record) ?? true, !isKept else { return nil }
            if filtering?.isClockDue() ?? false, end <= now() { return nil }
        }
        return span.place
    }
}
