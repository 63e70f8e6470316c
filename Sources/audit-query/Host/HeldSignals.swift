import Glibc

/// Ctrl-C, SIGTERM and SIGHUP while a host is changed: held back, and looked for between two steps, so that no step is cut in
/// two.
enum HeldSignals {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP]

    /// Holds them back from this thread, and from those that it starts.
    @Sendable static func hold() {
        var signals = sigset_t(of: numbers)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Whether one came.
    static var arePending: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return numbers.contains { sigismember(&pending, $0) == 1 }
    }
}

extension sigset_t {
    /// These signals, and no other.
    init(of numbers: [Int32]) {
        self.init()
        sigemptyset(&self)
        for number in numbers { sigaddset(&self, number) }
    }
}
