/// What the service holds at a moment.
public struct ServiceLoad: Sendable {
    /// Answers in the cache.
    public let cacheEntries: Int
    /// The bytes that they count for.
    public let cacheBytes: Int
    /// Threads that wait on the store.
    public let storeWaiting: Int
}
