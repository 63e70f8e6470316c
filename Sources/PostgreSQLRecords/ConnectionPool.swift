internal import AuditStores
internal import Dispatch
internal import PostgreSQL
internal import Synchronization
internal import Threads

/// So many connections at most, each made when it is first needed, and used by one read or write at a time.
final class ConnectionPool: Sendable {
    private let free: DispatchSemaphore
    private let limit: Int
    private let idle = Mutex<[(connection: Connection, server: Int)]>([])
    private let connect: @Sendable (ServerChoice) throws(StoreError) -> Connection
    private let closing = BackgroundJobs(limit: 2)

    init(limit: Int, connect: @escaping @Sendable (ServerChoice) throws(StoreError) -> Connection) {
        self.limit = limit
        self.connect = connect
        free = DispatchSemaphore(value: limit)
    }

    /// Runs `body` with a connection to a server that nobody else uses meanwhile.
    ///
    /// A server that is not wanted any more when a kept connection turns out to be broken is not connected to again.
    ///
    /// `body` may run twice: a kept connection may turn out to have been closed, as by a server that was started anew. So what it
    /// does must come to the same when it is done again.
    func with<Value>(
        _ server: ServerChoice = .only, until deadline: ContinuousClock.Instant,
        while isWanted: () -> Bool = { true }, _ body: (Connection) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        guard free.wait(until: deadline) else {
            throw StoreError(
                .busy,
                "all \(limit) connections to PostgreSQL were in use until the deadline: raise "
                    + "store.postgresql.connections, or see what keeps the server busy")
        }
        defer { free.signal() }
        if let kept = takeIdle(to: server.index) {
            do throws(StoreError) {
                return try run(body, kept, server.index)
            } catch {
                guard error.code == .unavailable, kept.isBroken else { throw error }
                // The others will have gone with it.
                idle.withLock { $0 = [] }
                guard isWanted() else { throw error }
            }
        }
        return try run(body, try connect(server), server.index)
    }

    /// The last that was used; those to another server are not needed any more.
    private func takeIdle(to server: Int) -> Connection? {
        idle.withLock { idle in
            while let last = idle.popLast() {
                if last.server == server { return last.connection }
            }
            return nil
        }
    }

    private func run<Value>(
        _ body: (Connection) throws(StoreError) -> Value, _ connection: Connection, _ server: Int
    ) throws(StoreError) -> Value {
        defer { putBack(connection, server) }
        return try body(connection)
    }

    private func putBack(_ connection: Connection, _ server: Int) {
        guard !connection.isUsable else { return idle.withLock { $0.append((connection, server)) } }
        guard !connection.isBroken else { return }
        // What the server is at is of no use any more. Where there is no room for that, it sees within a second that the
        // connection is gone (client_connection_check_interval).
        _ = closing.start { connection.cancel() }
    }
}
