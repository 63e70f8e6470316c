import AuditQuery
import FastCGI
import Logging
import Systemd

/// One worker process: puts the parts together, watches over them, and takes them down.
struct Worker {
    private let settings: Settings
    private let keys: KeySource
    private let parameters: ParameterRefresh?
    private let server: Server
    private let log: Logger

    /// How long requests in flight may take after the order to stop.
    private static let drainLimit = Duration.seconds(30)

    init(settings: Settings, socketPath: String?) throws {
        self.settings = settings
        // Before any thread is started, so that all of them leave signals to the main thread.
        Signals.block()
        log = Logger.standardError(settings)
        let composition = try Composition(settings, log: log)
        let (keys, keyRefresh) = try composition.keys()
        let (cursors, cursorRefresh) = try composition.cursors()
        self.keys = keys
        parameters = try composition.refresh(of: [keyRefresh, cursorRefresh].compactMap { $0 })
        let service = AuditService(
            store: try composition.store(for: .read).records, keys: keys, cursors: cursors,
            settings: settings.service, log: log)
        server = try Server(listener: Self.listener(socketPath), threads: settings.threads) { request in
            Reply(service.respond(to: Request(request)))
        }
    }

    /// Serves until SIGTERM.
    func run() throws {
        try server.start()
        log.info(
            "ready", metadata: ["KEYS": "\(keys.ring.count)", "VERSION": "\(AuditQueryCommand.version)"])
        Notification.ready(status: "serving")
        watch()
        Notification.stopping()
        let abandoned = server.stop(within: Self.drainLimit)
        if abandoned > 0 {
            log.warning("stopped with requests in flight", metadata: ["REQUESTS": "\(abandoned)"])
        } else {
            log.info("stopped")
        }
    }

    /// Once a second: signals, changed keys, the watchdog. Returns when it is time to stop.
    private func watch() {
        let watchdogInterval = Notification.watchdogInterval()
        var lastSign = ContinuousClock.now
        while true {
            switch Signals.next(within: 1) {
            case .stop: return
            case .reload:
                Notification.reloading()
                reloadKeys(force: true)
                parameters?.refreshSoon()
                Notification.ready(status: "serving")
            case nil: reloadKeys(force: false)
            }
            if let watchdogInterval, lastSign + watchdogInterval <= .now + .seconds(1), isAlive {
                Notification.watchdog()
                lastSign = .now
            }
        }
    }

    /// A worker all of whose threads have long outlived any request's deadline is better restarted.
    private var isAlive: Bool { server.isAlive(limit: settings.service.deadline * 2) }

    private func reloadKeys(force: Bool) {
        do {
            guard try keys.reload(force: force) else { return }
            log.info("keys read", metadata: ["KEYS": "\(keys.ring.count)"])
        } catch {
            log.error("keys not read: the old ones stay", metadata: ["ERROR": "\(error)"])
        }
    }

    private static func listener(_ path: String?) throws -> ListeningSocket {
        if let descriptor = ActivationSocket.descriptors().first {
            return try ListeningSocket(inherited: descriptor)
        }
        guard let path else {
            throw SettingsError(description: "no socket: systemd passed none, and --socket names none")
        }
        return try ListeningSocket(path: path)
    }
}
