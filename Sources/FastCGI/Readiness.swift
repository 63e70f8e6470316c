internal import CFastCGI
internal import Glibc
internal import Synchronization

/// Where idle threads wait: for a connection to accept, or for the order to stop.
///
/// All threads wait on one epoll instance, level-triggered, so the kernel wakes one of them for a connection
/// rather than all; the order to stop is an eventfd that stays readable, so each of them sees it.
final class Readiness: Sendable {
    private let listener: Int32
    private let isShared: Bool
    private let poller: Int32
    private let stopSignal: Int32
    /// Held by the thread that waits for descriptors.
    private let shortage = Mutex(())
    /// Connections that were given back and have brought nothing since; nil when it is time to stop.
    private let idle = Mutex<Set<Int32>?>([])

    init(listener: borrowing ListeningSocket) throws(FastCGIError) {
        self.listener = listener.descriptor
        isShared = listener.isShared
        poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        stopSignal = eventfd(0, Int32(EFD_CLOEXEC))
        guard poller >= 0 else { throw .system("epoll_create1", "") }
        guard stopSignal >= 0 else { throw .system("eventfd", "") }
        for descriptor in [listener.descriptor, stopSignal] {
            var event = epoll_event()
            event.events = EPOLLIN.rawValue
            event.data.fd = descriptor
            guard epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
                throw .system("epoll_ctl", "descriptor \(descriptor)")
            }
        }
    }

    deinit {
        close(poller)
        close(stopSignal)
    }

    /// Waits for a connection and accepts it; nil when it is time to stop.
    ///
    /// A socket that systemd shares is left alone from then on: its backlog waits for the next worker. Nobody
    /// else will take what waits on our own, so that is still served.
    func nextConnection() -> Int32? {
        while true {
            var event = epoll_event()
            guard epoll_wait(poller, &event, 1, -1) == 1 else { continue }
            let stopping = isStopping
            if stopping && isShared { return nil }
            let ready = event.data.fd
            if ready != listener, ready != stopSignal {
                if takeBack(ready) { return ready }
                continue
            }
            let connection = accept(listener, nil, nil)
            if connection >= 0 { return connection }
            if stopping { return nil }
            if Self.isShortage(errno), let connection = acceptWhenPossible() { return connection }
        }
    }

    /// Out of descriptors or memory, a connection stays in the backlog, and the listener readable: every idle thread
    /// would be woken for it again and again. So one of them tries, and the others queue up behind it.
    private func acceptWhenPossible() -> Int32? {
        shortage.withLock { _ in
            while !isStopping {
                let connection = accept(listener, nil, nil)
                if connection >= 0 { return connection }
                guard Self.isShortage(errno) else { return nil }
                usleep(10_000)
            }
            return nil
        }
    }

    private static func isShortage(_ code: Int32) -> Bool { [EMFILE, ENFILE, ENOMEM].contains(code) }

    /// Waits until a connection brings a request (or its end): true. False when it is time to stop and
    /// nothing has come. A connection just accepted still gets a second then, since its request is on the
    /// way.
    func hasRequest(on connection: Int32, isNew: Bool) -> Bool {
        var descriptors = [
            pollfd(fd: connection, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopSignal, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&descriptors, 2, -1) < 0 && errno == EINTR {}
        if descriptors[0].revents == 0 && isNew { poll(&descriptors, 1, 1000) }
        return descriptors[0].revents != 0
    }

    /// Takes a connection whose request was answered and that stays open: no thread waits for its next request.
    func giveBack(_ connection: Int32) {
        let isTaken = idle.withLock { $0?.insert(connection) != nil }
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | EPOLLONESHOT.rawValue
        event.data.fd = connection
        guard isTaken, epoll_ctl(poller, EPOLL_CTL_ADD, connection, &event) != 0 else {
            if !isTaken { close(connection) }
            return
        }
        if idle.withLock({ $0?.remove(connection) != nil }) { close(connection) }
    }

    /// Whether a connection that has brought something is the caller's now.
    private func takeBack(_ connection: Int32) -> Bool {
        idle.withLock { idle in
            guard idle?.remove(connection) != nil else { return false }
            epoll_ctl(poller, EPOLL_CTL_DEL, connection, nil)
            return true
        }
    }

    /// Makes every thread that waits, now or later, see that it is time to stop.
    func stop() {
        eventfd_write(stopSignal, 1)
        let left = idle.withLock { idle in
            defer { idle = nil }
            return idle ?? []
        }
        for connection in left { close(connection) }
    }

    private var isStopping: Bool {
        var descriptor = pollfd(fd: stopSignal, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) > 0
    }
}
