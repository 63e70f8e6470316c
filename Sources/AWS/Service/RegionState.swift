public import FoundationEssentials

/// How a region of a service does.
public struct RegionState: Sendable {
    /// A request that the region failed: it did not answer, or not as it should. Throttling and refusals are none.
    public struct Failure: Sendable {
        /// When.
        public let time: Date
        /// What was wrong, for operators.
        public let description: String
    }

    /// Its name.
    public let name: String
    /// Whether it is asked now; false while it is given up for the next one.
    public let isAsked: Bool
    /// The last request that it failed, however long ago; nil if none has.
    public let lastFailure: Failure?
}
