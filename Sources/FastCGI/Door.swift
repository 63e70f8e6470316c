internal import Glibc

/// Where connections come in.
struct Door: Sendable {
    /// What came in.
    enum Arrival {
        case connection(Int32)
        case none
        /// This process, or the system, may have no more open.
        case full
    }

    /// Non-blocking.
    let listener: Int32
    /// Whether the socket is systemd's, and so the next worker's.
    let isShared: Bool
    private let patience: Duration

    init(listener: borrowing ListeningSocket, patience: Duration) {
        self.listener = listener.descriptor
        isShared = listener.isShared
        self.patience = patience
    }

    /// How many descriptors this process may have open (RLIMIT_NOFILE, getrlimit(2)).
    static var openLimit: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Accepts one.
    func accept() -> Arrival {
        let connection = Glibc.accept(listener, nil, nil)
        guard connection >= 0 else {
            return [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(errno) ? .full : .none
        }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        bound(connection)
        return .connection(connection)
    }

    /// A peer that stops in the middle of a request or of reading its answer may not hold a thread for ever.
    private func bound(_ connection: Int32) {
        let (seconds, attoseconds) = patience.components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }
}
