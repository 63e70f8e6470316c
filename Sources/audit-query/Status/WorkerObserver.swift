import QueryService
import FastCGI
import SQLiteRecords
import Foundation
import Telemetry

/// Looks at a worker: for its status socket, and for the metrics that show a state.
struct WorkerObserver: Sendable {
    private let settings: Settings
    private let registry: MetricRegistry
    private let dimensions: [(name: String, value: String)]
    private let logLevel: LogLevelControl
    private let storeHealth: StoreHealth
    private let server: Server
    private let marks: [StageMark]
    private let keys: KeySource
    private let store: ConfiguredStore
    private let indexes: PatientObserver<[IndexState]>
    private let seals: PatientObserver<SealSummary>
    private let forwarders: PatientObserver<[ForwarderStatus]>
    private let started = Date()

    init(
        settings: Settings, telemetry: WorkerTelemetry, service: AuditService, server: Server,
        marks: [StageMark], keys: KeySource, store: ConfiguredStore, seals: SealArchive?,
        logLevel: LogLevelControl
    ) {
        self.settings = settings
        registry = telemetry.registry
        dimensions = settings.metricDimensions
        self.logLevel = logLevel
        storeHealth = service.storeHealth
        self.server = server
        self.marks = marks
        self.keys = keys
        self.store = store
        indexes = PatientObserver { store.indexes }
        let seals = PatientObserver { seals?.summary(at: TimeSource.system.wall()) }
        self.seals = seals
        let folder = ForwarderFolder(path: settings.forwardFolder)
        let forwarders = PatientObserver {
            folder.forwarders(of: store.records, at: TimeSource.system.wall())
        }
        self.forwarders = forwarders
        let (gauges, forwarding) = (WorkerGauges(registry), ForwarderGauges(registry))
        registry.onSnapshot {
            gauges.set(
                service.occupancy, threadsBusy: server.inFlight, waiting: server.waiting,
                keys: keys.countInForce)
            gauges.set(seals.seen(), at: TimeSource.system.wall())
            forwarding.set(forwarders.seen() ?? [], at: TimeSource.system.wall())
        }
    }

    /// What the status socket shows.
    var pages: [StatusSocket.Page] {
        [
            StatusSocket.Page(path: "/status", type: "application/json") {
                Array((try? WorkerStatus.encoder.encode(status)) ?? Data())
            },
            metrics(.openMetrics), metrics(.prometheus),
        ]
    }

    private func metrics(_ format: ExpositionFormat) -> StatusSocket.Page {
        StatusSocket.Page(path: "/metrics", type: format.mediaType) { Array(format.text(of: [source]).utf8) }
    }

    private var source: ExpositionFormat.Source {
        let labels = dimensions.map { (name: $0.name.lowercased(), value: $0.value) }
        return ExpositionFormat.Source(labels: labels, samples: registry.snapshot())
    }

    private var status: WorkerStatus {
        WorkerStatus(
            version: AuditQueryCommand.version, process: ProcessInfo.processInfo.processIdentifier,
            environment: settings.environment.rawValue, region: dimensions.last?.value ?? "",
            started: started, uptimeSeconds: -started.timeIntervalSinceNow,
            logLevel: "\(logLevel.level)", logLevelUntil: logLevel.overrideEnd, threads: marks.count,
            busy: busy, keys: keys.countInForce,
            store: WorkerStatus.Store(store, storeHealth, indexes: indexes.seen()),
            seals: seals.seen().map(WorkerStatus.Seals.init), forwarders: forwarders.seen(),
            metrics: registry.snapshot())
    }

    private var busy: [WorkerStatus.Busy] {
        zip(server.threads, marks).enumerated().compactMap { index, pair in
            let (thread, mark) = pair
            guard let thread else { return nil }
            return WorkerStatus.Busy(
                thread: index, stage: "\(Self.stage(thread.phase, mark))",
                seconds: thread.duration / .seconds(1))
        }
    }

    /// The service marks what it does itself; before and after that only the server knows.
    private static func stage(_ phase: BusyThread.Phase, _ mark: StageMark) -> StageMark.Stage {
        switch phase {
        case .reading: .read
        case .answering: mark.stage
        case .writing: .respond
        }
    }
}

extension KeySource {
    /// How many keys are in force now.
    var countInForce: Int { ring.count(inForceAt: TimeSource.system.wall()) }
}
