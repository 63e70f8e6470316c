/// What a read took of a store that is elsewhere.
package struct StoreUsage: Hashable, Sendable {
    /// The region that answered last; nil for a store that has none.
    package var region: String?
    /// Requests that it took, retries included.
    package var requests: Int
    /// Read or write capacity units that it cost.
    package var capacityUnits: Double

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
    }
}
