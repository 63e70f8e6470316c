import Glibc

/// Ctrl-C, SIGTERM and SIGHUP while a host is changed: held back, and looked for between two steps, so that no step is cut in
/// two.
enum HeldSignals {
    private static var all: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
        return signals
    }

    /// Holds them back from this thread, and from those that it starts.
    @Sendable static func hold() {
        var signals = all
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Whether one came.
    static var arePending: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return [SIGINT, SIGTERM, SIGHUP].contains { sigismember(&pending, $0) == 1 }
    }
}
