import AuditQuery
import FastCGI
import Foundation
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
        Signals.block()
        telemetry = try WorkerTelemetry(settings)
        log = telemetry.log
        let instruments = telemetry.instruments
        let composition = try Composition(settings, instruments: instruments)
        let (keys, keyRefresh) = try composition.keys()
        let (cursors, cursorRefresh) = try composition.cursors()
        self.keys = keys
        parameters = try composition.refresh(of: [keyRefresh, cursorRefresh].compactMap { $0 })
        let store = try composition.store(for: .read)
        store.keepOpen()
        let service = AuditService(
            store: store.records, keys: keys, cursors: cursors, settings: settings.service,
            instruments: instruments)
        self.service = service
        let marks = (0..<settings.threads).map { _ in StageMark() }
        let sockets = try WorkerSockets(path: socketPath, log: log)
        server = try Server(
            listener: sockets.requests(), threads: settings.threads,
            bodyLimit: Request.maximumBodyByteCount
        ) { request in
            let mark = marks[request.thread]
            mark.enter(.read)
            return Reply(service.respond(to: Request(request, stage: mark)))
        }
        observer = WorkerObserver(
            settings: settings, telemetry: telemetry, service: service, server: server, marks: marks,
            keys: keys,
            store: store)
        publisher = try composition.publisher(of: telemetry)
        let level = LevelRefresh(telemetry: telemetry, reread: reread)
        files = FileRefresh(log: log) { [log] isAsked in
            keys.reloadReporting(to: log, force: isAsked)
            if isAsked { level.reload() }
        }
        status = sockets.status(pages: observer.pages)
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
            switch Signals.next(within: 1) {
            case .stop: return
            case .reload: reload()
            case nil: break
            }
            files.reportIfHung()
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

extension KeySource {
    /// Reads the keys again, if need be, and says so.
    fileprivate func reloadReporting(to log: Logger, force: Bool) {
        do {
            guard try reload(force: force) else { return }
            log.info("keys read", metadata: ["KEYS": "\(countInForce)"])
        } catch {
            log.error("keys not read: the old ones stay", metadata: ["ERROR": "\(error)"])
        }
    }
}

/// Reads the log level again.
private struct LevelRefresh: Sendable {
    let telemetry: WorkerTelemetry
    let reread: @Sendable () throws -> Settings

    func reload() {
        let log = telemetry.log
        do {
            let level = try reread().telemetry.logLevel
            guard level != log.logLevel else { return }
            telemetry.setLevel(level)
            log.notice("log level changed", metadata: ["LEVEL": "\(level)"])
        } catch {
            log.error("configuration not read: the log level stays", metadata: ["ERROR": "\(error)"])
        }
    }
}
