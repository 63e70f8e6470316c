package import AuditRecords

/// A store that keeps the order in which records came into it, for whoever follows.
///
/// Whoever goes on from the end of the run before is given every record that is stored after it was, in the order of the transactions
/// that stored them, whatever writes at the same time. A record that is replaced or removed vanishes from its place; what has
/// replaced it comes anew.
package protocol FollowedStore: RecordStore {
    /// The end of the order now: who reads behind it is given what comes from now on. Costs a look at one row.
    func arrivalEnd(deadline: ContinuousClock.Instant) throws(StoreError) -> ArrivalPlace

    /// What came after a place. It ends at the read's limit, or when its budget's bytes or time are spent, after the first record and
    /// after a few that were looked at in any case: so it always goes on.
    func arrivals(_ read: ArrivalRead) throws(StoreError) -> Arrivals

    /// Another number than before as soon as something has come: what a run's end has as its number, for whoever waits in this process.
    func arrivalMark(deadline: ContinuousClock.Instant) throws(StoreError) -> Int64

    /// Whether the order begins with the first record that there is. Where it does not, no run begins without a place.
    var keepsAllArrivals: Bool { get }
}

extension FollowedStore {
    /// The number at the end.
    package func arrivalMark(deadline: ContinuousClock.Instant) throws(StoreError) -> Int64 {
        try arrivalEnd(deadline: deadline).number
    }

    /// True: every record has its number.
    package var keepsAllArrivals: Bool { true }
}

/// What is read of an order of arrival.
package struct ArrivalRead: Sendable {
    /// Read what came after this place; nil for all.
    package let place: ArrivalPlace?
    /// The most records, at least 1.
    package let limit: Int
    /// What a record must be. It is kept to by the store.
    package let restriction: Restriction
    /// Time, and bytes of records, of which the first may have more.
    package let budget: Budget

    /// A read of its parts.
    package init(after place: ArrivalPlace?, limit: Int, restriction: Restriction, budget: Budget) {
        (self.place, self.limit) = (place, limit)
        (self.restriction, self.budget) = (restriction, budget)
    }
}

/// What a store has behind a place.
package enum Arrivals: Sendable {
    /// It keeps the place.
    case run(ArrivalRun)
    /// It does not know what came after it. To go on somewhere else would leave out records, so somebody has to decide.
    case lost(PlaceLoss)
}

/// A record and the place behind it.
package struct Arrival: Hashable, Sendable {
    /// The record.
    package let record: AuditRecord
    /// Who goes on from here has had it.
    package let place: ArrivalPlace

    /// A record, and the place behind it.
    package init(record: AuditRecord, place: ArrivalPlace) {
        (self.record, self.place) = (record, place)
    }
}

/// Records in the order in which they came into the store.
package struct ArrivalRun: Sendable {
    /// The records, the first to come first. Those of one write come in any order.
    package let arrivals: [Arrival]
    /// Whoever has this run and those before it has had all that came up to here: nothing will ever appear there again.
    package let end: ArrivalPlace
    /// Whether there was nothing behind its end when it was read.
    package let isAtEnd: Bool
    /// Why it may lack what is stored by now; nil where it does not.
    package var doubt: StoreDoubt?

    /// The records without their places.
    package var records: [AuditRecord] { arrivals.map(\.record) }

    /// A run of its parts.
    package init(arrivals: [Arrival], end: ArrivalPlace, isAtEnd: Bool) {
        (self.arrivals, self.end, self.isAtEnd) = (arrivals, end, isAtEnd)
    }
}

/// A run of an order of arrival as a store puts it together.
package struct GrowingArrivals {
    /// After so many records that were looked at the clock is.
    private static let recordsOfLook = 64

    private let read: ArrivalRead
    private let last: ArrivalPlace
    private var arrivals: [Arrival] = []
    private var byteCount = 0
    /// The last place that was looked at.
    private(set) package var number: Int64
    private var examined = 0

    /// A run of nothing yet, in a store whose order ends at a place and goes on with earlier ones.
    ///
    /// - Throws: when it does not keep the place that is read from.
    package init(
        _ read: ArrivalRead, endingAt last: ArrivalPlace, earlier: [ArrivalPlace] = []
    ) throws(PlaceLoss) {
        if let loss = read.place?.loss(at: last, earlier: earlier) { throw loss }
        (self.read, self.last) = (read, last)
        number = read.place?.number ?? 0
    }

    /// Takes the record of the next number, if the read's restriction lets it through, and says whether the run ends there.
    ///
    /// - Throws: when nobody waits for it any more.
    package mutating func ends(with record: AuditRecord?, at number: Int64) throws(StoreError) -> Bool {
        if let record, read.restriction.matches(record) {
            byteCount += record.byteCount
            guard arrivals.isEmpty || byteCount <= read.budget.bytes else { return true }
            let place = ArrivalPlace(origin: last.origin, number: number)
            arrivals.append(Arrival(record: record, place: place))
        }
        self.number = number
        examined += 1
        guard arrivals.count < read.limit else { return true }
        return examined.isMultiple(of: Self.recordsOfLook) ? try read.budget.isSpent() : false
    }

    /// How many more records it takes.
    package var room: Int { read.limit - arrivals.count }

    /// The run that ends here.
    package var stopped: ArrivalRun { run(to: number) }

    /// The run behind which there is nothing.
    package var whole: ArrivalRun { run(to: max(number, last.number)) }

    private func run(to number: Int64) -> ArrivalRun {
        ArrivalRun(
            arrivals: arrivals, end: ArrivalPlace(origin: last.origin, number: number),
            isAtEnd: number >= last.number)
    }
}
