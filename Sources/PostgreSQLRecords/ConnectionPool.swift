internal import AuditStores
internal import Dispatch
internal import PostgreSQL
internal import Synchronization
internal import Threads

/// So many connections at most, each made when it is first needed, and used by one read or write at a time.
final class ConnectionPool: Sendable {
    private let free: DispatchSemaphore
    private let limit: Int
    private let idle = Mutex<[Connection]>([])
    private let connect: @Sendable () throws(StoreError) -> Connection
    private let closing = BackgroundJobs(limit: 2)

    init(limit: Int, connect: @escaping @Sendable () throws(StoreError) -> Connection) {
        self.limit = limit
        self.connect = connect
        free = DispatchSemaphore(value: limit)
    }

    /// Runs `body` with a connection that nobody else uses meanwhile.
    ///
    /// `body` may run twice: a kept connection may turn out to have been closed, as by a server that was started anew. So what it
    /// does must come to the same when it is done again.
    func with<Value>(
        until deadline: ContinuousClock.Instant, _ body: (Connection) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        guard free.wait(until: deadline) else {
            throw StoreError(
                .busy,
                "all \(limit) connections to PostgreSQL were in use until the deadline: raise "
                    + "store.postgresql.connections, or see what keeps the server busy")
        }
        defer { free.signal() }
        if let kept = idle.withLock({ $0.popLast() }) {
            do throws(StoreError) {
                return try run(body, kept)
            } catch {
                guard error.code == .unavailable, kept.isBroken else { throw error }
                // The others will have gone with it.
                idle.withLock { $0 = [] }
            }
        }
        return try run(body, try connect())
    }

    private func run<Value>(
        _ body: (Connection) throws(StoreError) -> Value, _ connection: Connection
    ) throws(StoreError) -> Value {
        defer { putBack(connection) }
        return try body(connection)
    }

    private func putBack(_ connection: Connection) {
        guard !connection.isUsable else { return idle.withLock { $0.append(connection) } }
        guard !connection.isBroken else { return }
        // What the server is at is of no use any more. Where there is no room for that, it sees within a second that the
        // connection is gone (client_connection_check_interval).
        _ = closing.start { connection.cancel() }
    }
}
