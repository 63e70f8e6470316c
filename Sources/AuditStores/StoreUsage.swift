/// What a read took of a store that is elsewhere.
package struct StoreUsage: Hashable, Sendable {
    /// The region that answered last; nil for a store that has none.
    package var region: String?
    /// Requests that it took, retries included.
    package var requests: Int
    /// Read or write capacity units that it cost.
    package var capacityUnits: Double
    /// Why it may lack what is stored by now; nil where it does not.
    package var doubt: StoreDoubt?

    /// Nothing, as a store on this machine takes.
    package static let none = StoreUsage()

    /// A usage of its parts.
    package init(region: String? = nil, requests: Int = 0, capacityUnits: Double = 0) {
        self.region = region
        self.requests = requests
        self.capacityUnits = capacityUnits
    }

    /// Counts another read with this one.
    package static func += (left: inout StoreUsage, right: StoreUsage) {
        left.region = right.region ?? left.region
        left.requests += right.requests
        left.capacityUnits += right.capacityUnits
        if let doubt = right.doubt, left.doubt.map({ doubt.known < $0.known }) ?? true { left.doubt = doubt }
    }
}

/// Why what was read may lack what is stored by now.
package struct StoreDoubt: Hashable, Sendable {
    /// The reasons.
    package enum Cause: String, CaseIterable, Sendable {
        /// It was read from a standby, which lags: no primary answers.
        case standby
        /// Another server may have been promoted in the primary's place: it cannot be asked.
        case primaryAlone = "primary-alone"
    }

    /// The reason.
    package let cause: Cause
    /// All that was stored before this moment is in it.
    package let known: ContinuousClock.Instant

    /// A doubt of its parts.
    package init(_ cause: Cause, known: ContinuousClock.Instant) {
        (self.cause, self.known) = (cause, known)
    }
}
