internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// What a process does behind the scenes, and goes on doing: it lets requests on the same machine go first.
package enum BackgroundWork {
    /// Ten times a second a look costs less than a thousandth of a processor.
    private static let interval = Duration.milliseconds(100)

    /// Has all threads of this process stand behind requests as long as they keep up: their policy is SCHED_IDLE. When one has to wait for
    /// a processor for too long, which a thread that is kept from it cannot see itself, all are as nice as the process for a while.
    ///
    /// To be called once, by what does nothing else, when it has blocked the signals that it waits for: it starts a thread. Until it is
    /// known that threads may come back (RLIMIT_NICE, getrlimit(2)), and where the kernel does not tell how long they wait, nothing is
    /// changed.
    package static func begin() {
        guard let caller = ThreadTime.caller, ThreadTime(of: caller) != nil else { return }
        // Where others have all processors it takes its time until that is known.
        Thread { if SchedulingPolicy.comesBack.wait() { watch() } }.start()
    }

    private static func watch() {
        let standing = Mutex(Standing())
        startTicking("standing", isWanted: DispatchSemaphore(value: 0), every: { interval }) {
            // But for the one that looks.
            guard let watch = ThreadTime.caller else { return }
            standing.withLock { look(&$0, at: ThreadTime.threads.filter { $0 != watch }) }
        }
    }

    /// Looks at threads, and gives them the policy that they are to have: also those that were started since, which have it from whoever
    /// started them.
    static func look(_ standing: inout Standing, at threads: [pid_t]) {
        let times = threads.reduce(into: [:]) { times, thread in times[thread] = ThreadTime(of: thread) }
        standing.look(at: times, now: .now)
        let wanted: SchedulingPolicy = standing.isBehind ? .idle : .usual
        for thread in threads {
            guard let policy = SchedulingPolicy.of(thread), policy != wanted else { continue }
            SchedulingPolicy.set(wanted, of: thread)
        }
    }
}
