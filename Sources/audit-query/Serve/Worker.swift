import QueryService
import FastCGI
import Logging
import Systemd
import Telemetry

/// One worker process: puts the parts together, watches over them, and takes them down.
struct Worker {
    private let settings: Settings
    private let keys: KeySource
    private let parameters: ParameterRefresh?
    private let files: FileRefresh
    private let service: AuditService
    private let server: Server
    private let telemetry: WorkerTelemetry
    private let observer: WorkerObserver
    private let publisher: CloudWatchPublisher?
    private let status: StatusSocket?
    private let log: Logger

    /// How long requests in flight may take after the order to stop.
    private static let drainLimit = Duration.seconds(30)
    /// How long files may take to be read at SIGHUP before systemd is told that it is done all the same.
    private static let rereadLimit = Duration.seconds(2)
    /// How long the last metrics may take to be sent, and reads in the background to end.
    private static let flushLimit = Duration.seconds(2)

    /// A worker of these settings, some of which it reads again at SIGHUP.
    init(settings: Settings, reread: @escaping @Sendable () throws -> Settings, socketPath: String?) throws {
        self.settings = settings
        // Before any thread is started, so that all of them leave signals to the main thread.
        WorkerSignal.block()
        telemetry = try WorkerTelemetry(settings)
        log = telemetry.log
        let instruments = telemetry.instruments
        let composition = try Composition(settings, instruments: instruments)
        let (keys, keyRefresh) = try composition.keys()
        let (cursors, cursorRefresh) = try composition.cursors()
        self.keys = keys
        parameters = try composition.refresh(of: [keyRefresh, cursorRefresh].compactMap { $0 })
        let store = try composition.store(for: .answer)
        let seals = settings.seal.isEnabled ? SealArchive(settings.seal.folder) : nil
        let service = AuditService(
            store: store.records, keys: keys, cursors: cursors, settings: settings.service, seals: seals,
            instruments: instruments)
        self.service = service
        store.keepOpen(noting: service.storeHealth)
        let marks = (0..<settings.threads).map { _ in StageMark() }
        let sockets = try WorkerSockets(path: socketPath, log: log)
        let listener = try sockets.requests()
        let logLevel = LogLevelControl(
            configured: settings.telemetry.logLevel, overridePath: Self.overridePath(besides: listener.path),
            log: log, set: telemetry.setLevel, reread: { try reread().telemetry.logLevel })
        server = try Server(
            listener: listener, threads: settings.threads,
            bodyLimit: Request.maximumBodyByteCount, watch: { service.arrivalMark() }
        ) { request in
            let mark = marks[request.thread]
            mark.enter(.read)
            return Handled(Request(request, stage: mark), mayTakeTime: request.turn.mayTakeTime, service)
        }
        observer = WorkerObserver(
            settings: settings, telemetry: telemetry, service: service, server: server, marks: marks,
            keys: keys, store: store, seals: seals, logLevel: logLevel)
        publisher = try composition.publisher(of: telemetry)
        files = FileRefresh(log: log) { [log] isAsked in
            keys.reloadReporting(to: log, force: isAsked)
            logLevel.look(isAsked: isAsked)
        }
        status = sockets.status(pages: observer.pages)
    }

    /// Where `audit-query log-level` leaves its file; nil where the socket has no name.
    private static func overridePath(besides socket: String) -> String? {
        guard !socket.isEmpty else { return nil }
        let folder = socket.lastIndex(of: "/").map { socket[...$0] } ?? ""
        return folder + LogLevelOverride.fileName
    }

    /// Serves until SIGTERM.
    func run() throws {
        try server.start()
        log.info(
            "ready", metadata: ["KEYS": "\(keys.countInForce)", "VERSION": "\(AuditQueryCommand.version)"])
        Notification.ready(status: "serving")
        watch()
        Notification.stopping()
        let abandoned = server.stop(within: Self.drainLimit)
        service.stopRefreshing(within: Self.flushLimit)
        service.flushReports()
        publisher?.stop(flushingWithin: Self.flushLimit)
        telemetry.stop(flushingWithin: Self.flushLimit)
        status?.stop()
        if abandoned > 0 {
            log.warning("stopped with requests in flight", metadata: ["REQUESTS": "\(abandoned)"])
        } else {
            log.info("stopped")
        }
    }

    /// Once a second: signals and the watchdog. Returns when it is time to stop. Nothing here waits for a file or a network.
    private func watch() {
        let watchdogInterval = Notification.watchdogInterval()
        var lastSign = ContinuousClock.now
        while true {
            switch WorkerSignal.next(within: 1) {
            case .stop: return
            case .reload: reload()
            case nil: break
            }
            files.reportIfHung()
            server.relieve()
            telemetry.tick()
            if let watchdogInterval, lastSign + watchdogInterval <= .now + .seconds(1), isAlive {
                Notification.watchdog()
                lastSign = .now
            }
        }
    }

    /// A worker all of whose threads have long outlived any request's deadline is better restarted.
    private var isAlive: Bool { server.isAlive(limit: settings.service.deadline * 2) }

    /// What an operator asks for with SIGHUP.
    private func reload() {
        Notification.reloading()
        parameters?.refreshSoon()
        files.refresh(within: Self.rereadLimit)
        Notification.ready(status: "serving")
    }
}
