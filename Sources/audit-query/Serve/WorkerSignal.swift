import Glibc

/// The signals that a worker acts on, taken by the main thread when it is ready for them.
enum WorkerSignal {
    case stop, reload

    /// Keeps them from interrupting anything. SIGUSR1 too, which libfcgi would otherwise take for the order
    /// to stop.
    static func block() {
        var set = taken
        sigaddset(&set, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The next signal; nil when none came in time.
    static func next(within seconds: Int) -> WorkerSignal? {
        var set = taken
        var limit = timespec(tv_sec: seconds, tv_nsec: 0)
        return switch sigtimedwait(&set, nil, &limit) {
        case SIGTERM, SIGINT: .stop
        case SIGHUP: .reload
        default: nil
        }
    }

    private static var taken: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        return set
    }
}
