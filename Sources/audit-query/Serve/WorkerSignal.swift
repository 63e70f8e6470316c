import Glibc

/// The signals that a worker acts on, taken by the main thread when it is ready for them.
enum WorkerSignal {
    case stop, reload

    private static let taken = [SIGTERM, SIGINT, SIGHUP]

    /// Keeps them from interrupting anything. SIGUSR1 too, which libfcgi would otherwise take for the order
    /// to stop.
    static func block() {
        var set = sigset_t(of: taken + [SIGUSR1])
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The next signal; nil when none came in time.
    static func next(within seconds: Int) -> WorkerSignal? {
        var set = sigset_t(of: taken)
        var limit = timespec(tv_sec: seconds, tv_nsec: 0)
        return switch sigtimedwait(&set, nil, &limit) {
        case SIGTERM, SIGINT: .stop
        case SIGHUP: .reload
        default: nil
        }
    }
}
