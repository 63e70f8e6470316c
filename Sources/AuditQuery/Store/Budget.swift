/// What a read may take: time, and bytes.
public struct Budget: Sendable {
    /// From here on a store ends a page early, with what it has, and says where it stopped.
    public let soft: ContinuousClock.Instant
    /// From here on nobody waits for the answer any more: a store gives up with ``StoreError/Code/deadline``.
    public let deadline: ContinuousClock.Instant
    /// The most bytes of records (``AuditRecord/byteCount``) that a store may return or hold, but for a few that it is just
    /// looking at.
    public var bytes: Int

    /// A budget of its two ends, and of bytes.
    public init(
        soft: ContinuousClock.Instant, deadline: ContinuousClock.Instant, bytes: Int = .max
    ) {
        self.soft = soft
        self.deadline = deadline
        self.bytes = bytes
    }
}
