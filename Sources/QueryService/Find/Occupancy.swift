/// What the service holds at a moment.
package struct Occupancy: Sendable {
    /// Answers in the cache.
    package let cacheEntries: Int
    /// The bytes that they count for.
    package let cacheBytes: Int
    /// Threads that wait on the store.
    package let storeWaiting: Int
}
