internal import FoundationEssentials

/// What belongs to one call, in all regions.
struct ServiceCall {
    let request: ServiceRequest
    let deadline: ContinuousClock.Instant
    /// The same for every attempt, so that AWS can tell retries.
    let id = ServiceCall.freshID
    var credentials: Credentials?
    var attempts = 0
    /// Whether the last answer stated a checksum.
    var hasChecksum = false

    /// From the generator that asks the kernel once, where `UUID()` opens a device.
    private static var freshID: String {
        var generator = SystemRandomNumberGenerator()
        return UUID.random(using: &generator).uuidString.lowercased()
    }
}

/// What belongs to a call's attempts in one region.
struct RegionVisit {
    let endpoint: ServiceEndpoint
    /// When the next region's share of the call's time begins.
    let end: ContinuousClock.Instant
    var isProbe: Bool
    /// Whether there is another region to ask.
    let hasOthers: Bool
    var plan: RetryPlan
}
