internal import CPostgreSQL
internal import Glibc

extension Connection {
    /// Sends what libpq still holds back, and takes what has come meanwhile.
    func flush(until deadline: ContinuousClock.Instant) throws(PostgreSQLError) {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                // A server that sends does not read: what it sends has to be taken.
                if try wait(for: POLLIN | POLLOUT, until: deadline) & Int16(POLLIN) != 0 { try consume() }
            default: throw broken()
            }
        }
    }

    /// The next part of the answer; nil when it is whole. The caller clears it.
    func result(until deadline: ContinuousClock.Instant) throws(PostgreSQLError) -> OpaquePointer? {
        while PQisBusy(handle) != 0 {
            _ = try wait(for: POLLIN, until: deadline)
            try consume()
        }
        return PQgetResult(handle)
    }

    /// The connection is gone.
    func broken() -> PostgreSQLError {
        isSpoilt = true
        return PostgreSQLError(.connection, message)
    }

    /// The deadline passed. Whoever owns the connection cancels what the server is at, and closes it.
    func late() -> PostgreSQLError {
        isSpoilt = true
        return PostgreSQLError(.deadline, "the deadline passed before the server had answered")
    }

    private func consume() throws(PostgreSQLError) {
        guard PQconsumeInput(handle) == 1 else { throw broken() }
    }

    private func wait(
        for events: Int32, until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) -> Int16 {
        while true {
            let left = deadline - .now
            guard left > .zero else { throw late() }
            // Rounded up, so that it does not turn in circles in the last millisecond; a day at most.
            let milliseconds = min(left / .milliseconds(1) + 1, 86_400_000)
            var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            guard descriptor.fd >= 0 else { throw broken() }
            let count = poll(&descriptor, 1, Int32(milliseconds))
            if count > 0 { return descriptor.revents }
            if count < 0, errno != EINTR { throw broken() }
        }
    }
}
