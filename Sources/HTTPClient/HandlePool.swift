/// The handles that wait for their next request. A value without locks: the client keeps it in a Mutex.
///
/// Kept by origin, so that a handle that is taken has a connection to where the request goes. The one
/// used last is taken first, so that what is not needed ages and goes.
struct HandlePool {
    private struct Idle {
        let handle: EasyHandle
        let since: ContinuousClock.Instant
    }

    let maximumCount: Int
    let maximumIdleTime: Duration
    private(set) var count = 0
    private var idle: [Origin: [Idle]] = [:]

    init(maximumCount: Int, maximumIdleTime: Duration) {
        self.maximumCount = maximumCount
        self.maximumIdleTime = maximumIdleTime
    }

    /// The handle for an origin that was used last, unless that is too long ago.
    mutating func take(for origin: Origin, now: ContinuousClock.Instant) -> EasyHandle? {
        guard let newest = idle[origin]?.last, now - newest.since < maximumIdleTime else { return nil }
        idle[origin]?.removeLast()
        count -= 1
        return newest.handle
    }

    /// Puts a handle back.
    ///
    /// - Returns: Handles that must go now. Freeing one closes its connection, so the caller lets go of
    ///   them outside the lock.
    mutating func put(_ handle: EasyHandle, for origin: Origin, now: ContinuousClock.Instant) -> [EasyHandle]
    {
        guard maximumCount > 0 else { return [handle] }
        idle[origin, default: []].append(Idle(handle: handle, since: now))
        count += 1
        var gone: [EasyHandle] = []
        while let oldest = oldest(), count > maximumCount || now - oldest.since >= maximumIdleTime {
            gone.append(removeOldest(of: oldest.origin))
        }
        return gone
    }

    /// The origin whose oldest handle is the oldest of all. There are few origins: a region or two.
    private func oldest() -> (origin: Origin, since: ContinuousClock.Instant)? {
        idle.compactMap { origin, entries in entries.first.map { (origin, $0.since) } }
            .min { $0.1 < $1.1 }
    }

    private mutating func removeOldest(of origin: Origin) -> EasyHandle {
        var entries = idle.removeValue(forKey: origin) ?? []
        let oldest = entries.removeFirst()
        if !entries.isEmpty { idle[origin] = entries }
        count -= 1
        return oldest.handle
    }
}
