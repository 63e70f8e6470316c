/// The time that a page may take.
public struct Budget: Sendable {
    /// From here on a store ends a page early, with what it has, and says where it stopped.
    public let soft: ContinuousClock.Instant
    /// From here on nobody waits for the answer any more: a store gives up with ``StoreError/Code/deadline``.
    public let deadline: ContinuousClock.Instant

    /// A budget of its two ends.
    public init(soft: ContinuousClock.Instant, deadline: ContinuousClock.Instant) {
        self.soft = soft
        self.deadline = deadline
    }
}
