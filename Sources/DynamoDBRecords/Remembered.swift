internal import AuditStores
internal import Synchronization

/// What a table says of itself, as it was a while ago at most: after some time it is read again by who needs it, and what it said serves
/// the others meanwhile, and for longer while it cannot be read.
final class Remembered<Value: Sendable>: Sendable {
    /// Reads it anew.
    typealias Read = @Sendable (_ deadline: ContinuousClock.Instant) throws(StoreError) -> Value

    private struct Known {
        let value: Value
        let isRead: ContinuousClock.Instant
    }

    private struct Failure {
        let error: StoreError
        let time: ContinuousClock.Instant
    }

    private static var patience: Duration { .seconds(5) }

    private let freshness: Duration
    private let staleness: Duration
    private let read: Read
    private let now: @Sendable () -> ContinuousClock.Instant
    private let known = Mutex<Known?>(nil)
    /// Who reads it, and how that went wrong last. Others wait only where nothing is known that may still be used.
    private let turn = Mutex<Failure?>(nil)

    /// Something that is not read again for as long as it is fresh, and not used any more once it is staler than may be.
    init(
        freshness: Duration, staleness: Duration,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, _ read: @escaping Read
    ) {
        (self.freshness, self.staleness, self.now, self.read) = (freshness, staleness, now, read)
    }

    /// What it says.
    ///
    /// - Throws: where it cannot be read.
    func value() throws(StoreError) -> Value {
        if let known = current(for: freshness) { return known.value }
        if let old = current(for: staleness) {
            // Somebody else may be at it, or it may not be there just now.
            let renewed = turn.withLockIfAvailable { _ in try? renew() }
            return (renewed ?? nil)?.value ?? old.value
        }
        let start = now()
        return try turn.withLock { failure throws(StoreError) in
            try renewedByNow(&failure, since: start).value
        }
    }

    /// What was read while this caller waited, or is now. Whoever waited for an attempt that failed makes no other one: one after
    /// the other, they would wait for long.
    private func renewedByNow(
        _ failure: inout Failure?, since start: ContinuousClock.Instant
    ) throws(StoreError) -> Known {
        if let known = current(for: freshness) { return known }
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
        let renewed = Known(value: try read(.now + Self.patience), isRead: start)
        known.withLock { $0 = renewed }
        return renewed
    }

    private func current(for time: Duration) -> Known? {
        known.withLock { known in known.flatMap { now() < $0.isRead + time ? $0 : nil } }
    }
}
