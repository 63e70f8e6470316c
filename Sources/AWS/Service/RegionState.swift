package import FoundationEssentials

/// How a region of a service does.
package struct RegionState: Sendable {
    /// A request that the region failed: it did not answer, or not as it should. Throttling and refusals are none.
    package struct Failure: Sendable {
        /// When.
        package let time: Date
        /// What was wrong, for operators.
        package let description: String
    }

    /// Its name.
    package let name: String
    /// Whether it is asked now; false while it is given up for the next one.
    package let isAsked: Bool
    /// The last request that it failed, however long ago; nil if none has.
    package let lastFailure: Failure?
}
