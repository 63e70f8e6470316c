package import AuditRecords

/// A store from which records can be taken away when their time is over.
package protocol RemovingStore: RecordStore {
    /// A mark of now: what comes into the store from here on is not removed by who names it. A store that cannot tell gives any.
    func removalMark(deadline: ContinuousClock.Instant) throws(StoreError) -> Int64

    /// Removes records that were read after a mark was taken, as far as they are still there and came before the mark; with them
    /// goes what only they had in indexes. Some of them may be removed where it throws: to remove them again does no harm.
    ///
    /// - Parameters:
    ///   - records: ``mostRemoved`` at most.
    ///   - mark: What ``removalMark(deadline:)`` gave before they were read.
    /// - Returns: how many have gone.
    /// - Throws: where the store does not take it.
    func remove(_ records: [AuditRecord], before mark: Int64) throws(StoreError) -> Int

    /// How many are best removed at once.
    var mostRemoved: Int { get }
}
