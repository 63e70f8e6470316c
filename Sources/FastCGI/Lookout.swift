internal import Threads

/// Whose turn among threads it is to look out for requests: one's at a time.
///
/// Where nobody does, one that is free is woken when a request comes, and not before: whoever becomes free meanwhile looks out itself.
final class Lookout: Sendable {
    private struct State {
        var isKept = false
        var isOver = false
    }

    private let state = Locked(State())
    /// What is watched by who looks out.
    private let requests: Poller
    /// Where those wait that are free: for requests that nobody looks out for, and for the end.
    private let bell: Poller
    private let over: Signal

    init(for requests: Poller) throws(FastCGIError) {
        self.requests = requests
        bell = try Poller()
        over = try Signal()
        guard bell.add(over.descriptor), bell.add(requests.descriptor, isOnce: true) else {
            throw .system("epoll_ctl", "")
        }
    }

    /// Waits while others look out: from then on the caller does, until it passes that on. Where nobody does, it is at once for who was
    /// busy, and when a request comes for who waits.
    ///
    /// - Returns: false when it is time to end.
    func keep() -> Bool {
        while true {
            let mayKeep: Bool? = state.withLock { state in
                guard !state.isOver else { return false }
                guard !state.isKept else { return nil }
                state.isKept = true
                bell.setOnce(requests.descriptor, isWatched: false)
                return true
            }
            if let mayKeep { return mayKeep }
            _ = bell.wait(milliseconds: -1, limit: 1)
        }
    }

    /// Lets another thread look out, for the one that does.
    func pass() {
        state.withLock { state in
            state.isKept = false
            bell.setOnce(requests.descriptor, isWatched: true)
        }
    }

    /// Nobody looks out any more.
    func end() {
        state.withLock { $0.isOver = true }
        over.set()
    }
}
