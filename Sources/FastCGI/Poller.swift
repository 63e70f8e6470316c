internal import CFastCGI
internal import Glibc

/// An epoll instance (epoll(7)), level-triggered: it tells of a descriptor as long as there is something to be read from it.
final class Poller: Sendable {
    let descriptor: Int32

    init() throws(FastCGIError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .system("epoll_create1", "") }
    }

    deinit { close(descriptor) }

    /// Watches a descriptor, besides for its end also for these events; false where the system has no room. One that is to be told of
    /// `isOnce` is not watched until ``setOnce(_:isWatched:)``.
    func add(_ watched: Int32, besides events: UInt32 = 0, isOnce: Bool = false) -> Bool {
        control(EPOLL_CTL_ADD, watched, isOnce ? 0 : EPOLLIN.rawValue | events)
    }

    /// Watches a descriptor until it has been told of, or not at all.
    func setOnce(_ watched: Int32, isWatched: Bool) {
        _ = control(EPOLL_CTL_MOD, watched, isWatched ? EPOLLIN.rawValue | EPOLLONESHOT.rawValue : 0)
    }

    private func control(_ operation: Int32, _ watched: Int32, _ events: UInt32) -> Bool {
        var event = epoll_event()
        event.events = events
        event.data.fd = watched
        return epoll_ctl(descriptor, operation, watched, &event) == 0
    }

    /// Does not watch it any more. To be called before it is closed: until a child process has closed its copy too, it would be watched on.
    func remove(_ watched: Int32) { epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil) }

    /// Waits until something has come, so many milliseconds at most, or for ever (-1).
    ///
    /// - Returns: up to `limit` descriptors on which it has; none also after a signal.
    func wait(milliseconds: Int32, limit: Int) -> [Int32] {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: limit) { events in
            let count = epoll_wait(descriptor, events.baseAddress, Int32(limit), milliseconds)
            return events.prefix(max(0, Int(count))).map(\.data.fd)
        }
    }
}
