internal import AuditStores
internal import Dispatch
internal import PostgreSQL
internal import Synchronization
internal import Threads

/// Looks at the servers of one database each second, each with a connection and on a thread of its own.
final class ServerWatch: Sendable {
    private let servers: [Server]
    private let readsStandbys: Bool
    private let board: Mutex<ServerBoard>
    private let isStarted = Mutex(false)

    private static let interval = Duration.seconds(1)
    /// Of a look; connecting has its own.
    private static let limit = Duration.seconds(2)

    private final class Server: Sendable {
        let settings: ConnectionSettings
        let connection = Mutex<Connection?>(nil)
        /// It is looked at when this is signalled.
        let isWanted = DispatchSemaphore(value: 0)
        let firstLook = Latch<Void>()

        init(_ settings: ConnectionSettings) {
            self.settings = settings
            // Not by its first value: libdispatch ends a process that lets go of one with less than that.
            isWanted.signal()
        }
    }

    /// Looks from the first question on.
    init(_ servers: [ConnectionSettings], readsStandbys: Bool) {
        self.servers = servers.map(Server.init)
        self.readsStandbys = readsStandbys
        board = Mutex(ServerBoard(count: servers.count, began: .now))
    }

    /// What is known of them.
    var seen: ServerBoard { board.withLock { $0 } }

    /// The server to read now. Waits, the first time, until each has been asked.
    func source(until deadline: ContinuousClock.Instant) throws(StoreError) -> ServerChoice {
        try source(until: deadline, readsStandbys: readsStandbys)
    }

    /// The primary.
    func primary(until deadline: ContinuousClock.Instant) throws(StoreError) -> ServerChoice {
        try source(until: deadline, readsStandbys: false)
    }

    /// A server did not answer who asked it: it is looked at before anybody asks it again.
    func suspect(_ choice: ServerChoice) {
        board.withLock { $0.noteSilence(of: choice.index) }
        servers[choice.index].isWanted.signal()
    }

    private func source(
        until deadline: ContinuousClock.Instant, readsStandbys: Bool
    ) throws(StoreError) -> ServerChoice {
        start()
        for server in servers where server.firstLook.wait(within: deadline - .now) == nil {
            throw StoreError(.deadline, "the request's deadline passed before each server was looked at")
        }
        switch board.withLock({ $0.source(now: .now, readsStandbys: readsStandbys) }) {
        case .server(let choice): return choice
        case .none(let reason):
            let hosts = servers.map(\.settings.host).joined(separator: ", ")
            throw StoreError(.unavailable, "PostgreSQL: of \(hosts), \(reason)")
        }
    }

    private func start() {
        let isFirst = isStarted.withLock { isStarted in
            defer { isStarted = true }
            return !isStarted
        }
        guard isFirst else { return }
        for (index, server) in servers.enumerated() {
            startTicking("server-watch", isWanted: server.isWanted, every: { Self.interval }) {
                [weak self] in self?.look(at: index)
            }
        }
    }

    private func look(at index: Int) {
        let server = servers[index]
        defer { server.firstLook.set(()) }
        server.connection.withLock { kept in
            do throws(PostgreSQLError) {
                let connection = if let kept { kept } else { try Connection(server.settings) }
                kept = nil
                let look = try ServerLook.ask(connection, until: .now + Self.limit)
                kept = connection
                board.withLock { $0.note(look, of: index) }
            } catch {
                board.withLock { $0.noteSilence(of: index) }
            }
        }
    }
}
