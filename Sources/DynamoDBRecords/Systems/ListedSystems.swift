internal import AuditRecords
internal import AuditStores
internal import Synchronization

/// The systems that the list of a table names, as they were a minute ago at most: after half of one it is read again by who needs it,
/// and what it said serves the others meanwhile, and all while it cannot be read.
final class ListedSystems: Sendable {
    /// Reads the list anew.
    typealias Read = @Sendable (_ deadline: ContinuousClock.Instant) throws(StoreError) -> SystemList.Contents

    private struct Known {
        let systems: [Identifier]?
        let isRead: ContinuousClock.Instant
    }

    private static let freshness = Duration.seconds(30)
    private static let staleness = Duration.seconds(60)
    private static let patience = Duration.seconds(5)

    private let read: Read
    private let now: @Sendable () -> ContinuousClock.Instant
    private let known = Mutex<Known?>(nil)
    /// Who reads it, and how that went wrong last. Others wait only where nothing is known that may still be used.
    private let turn = Mutex<Failure?>(nil)

    private struct Failure {
        let error: StoreError
        let time: ContinuousClock.Instant
    }

    init(
        _ read: @escaping Read, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.read = read
        self.now = now
    }

    /// All systems of the table; nil where no complete list of them says so, or there are more than can be asked.
    ///
    /// - Throws: where the list cannot be read.
    func systems() throws(StoreError) -> [Identifier]? {
        if let known = current(for: Self.freshness) { return known.systems }
        if let old = current(for: Self.staleness) {
            // Somebody else may be at it, or it may not be there just now.
            let renewed = turn.withLockIfAvailable { _ in try? renew() }
            guard let known = renewed ?? nil else { return old.systems }
            return known.systems
        }
        let start = now()
        return try turn.withLock { failure throws(StoreError) in
            try renewedByNow(&failure, since: start).systems
        }
    }

    /// What was read while this caller waited, or is now. Whoever waited for an attempt that failed makes no other one: one after
    /// the other, they would wait for long.
    private func renewedByNow(
        _ failure: inout Failure?, since start: ContinuousClock.Instant
    ) throws(StoreError) -> Known {
        if let known = current(for: Self.freshness) { return known }
        if let failure, failure.time > start { throw failure.error }
        do throws(StoreError) {
            return try renew()
        } catch {
            failure = Failure(error: error, time: now())
            throw error
        }
    }

    private func renew() throws(StoreError) -> Known {
        let start = now()
        let contents = try read(.now + Self.patience)
        let isWhole = contents.isComplete && !contents.isCut
        let renewed = Known(systems: isWhole ? contents.systems.sorted() : nil, isRead: start)
        known.withLock { $0 = renewed }
        return renewed
    }

    private func current(for time: Duration) -> Known? {
        known.withLock { known in known.flatMap { now() < $0.isRead + time ? $0 : nil } }
    }
}
