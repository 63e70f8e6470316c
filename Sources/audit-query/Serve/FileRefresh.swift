import Threads
import QueryService
import Dispatch
import Logging
import Synchronization

/// Looks at the files that a worker reads while it runs, once a second and on a thread of its own: a file system that hangs,
/// or a file that takes long, holds up neither requests nor the watchdog.
final class FileRefresh: Sendable {
    private struct State {
        /// How often it was asked to read everything, and up to which of those it has.
        var asked = 0
        var done = 0
        /// Since when it looks; nil while it does not.
        var looking: ContinuousClock.Instant?
        var isReported = false
    }

    private let state = Mutex(State())
    private let isWanted = DispatchSemaphore(value: 0)
    private let isDone = DispatchSemaphore(value: 0)
    private let log: Logger
    private let hungAfter: Duration

    /// Looks every `interval`; a look that takes longer than `hungAfter` is worth an error in the log. `look` is told whether
    /// somebody asked for everything to be read, changed or not.
    init(
        every interval: Duration = .seconds(1), hungAfter: Duration = .seconds(10), log: Logger,
        look: @escaping @Sendable (_ isAsked: Bool) -> Void
    ) {
        self.log = log
        self.hungAfter = hungAfter
        startTicking("files", isWanted: isWanted, every: { interval }) { [weak self] in self?.run(look) }
    }

    /// Has everything read now, and waits until it is, at most so long.
    func refresh(within limit: Duration) {
        let number = state.withLock { state in
            state.asked += 1
            return state.asked
        }
        isWanted.signal()
        let end = ContinuousClock.now + limit
        while state.withLock({ $0.done < number }), isDone.wait(within: end - .now) {}
    }

    /// Says once that a look takes long: until it ends, no change of a file is noticed.
    func reportIfHung() {
        let now = ContinuousClock.now
        let isHung = state.withLock { state in
            guard let start = state.looking, start + hungAfter < now, !state.isReported else { return false }
            state.isReported = true
            return true
        }
        if isHung {
            log.error("reading keys and configuration hangs: nothing that changes in them is noticed")
        }
    }

    private func run(_ look: (Bool) -> Void) {
        let (asked, done) = state.withLock { state in
            state.looking = .now
            return (state.asked, state.done)
        }
        look(asked > done)
        let wasReported = state.withLock { state in
            defer { state.isReported = false }
            state.looking = nil
            state.done = asked
            return state.isReported
        }
        if wasReported { log.notice("reading keys and configuration goes on") }
        if asked > done { isDone.signal() }
    }
}
