import AWS
import QueryService
import CoreMetrics
import Foundation
import Logging
import Telemetry
import Tracing

/// What one worker reports through, as the configuration says.
struct WorkerTelemetry {
    /// For what goes wrong, and at debug for what happens.
    let log: Logger
    let registry: MetricRegistry
    private let sink: LogSink
    private let settings: Settings
    private let target: LogSink.Target
    private let daemon: XRayDaemon?
    private let otlp: OTLPReporter?

    init(
        _ settings: Settings, variables: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsError) {
        self.settings = settings
        target = .ofThisProcess
        sink = LogSink(identifier: "audit-query", level: settings.telemetry.logLevel, target: target)
        let log = Logger(sink, metadata: ["ENVIRONMENT": "\(settings.environment)"])
        self.log = log
        registry = MetricRegistry(
            MetricName.allCases.map {
                MetricDescription(name: $0.rawValue, unit: MetricUnit($0.unit), help: $0.help)
            } + CloudWatchPublisher.descriptions)
        daemon = try Self.daemon(settings, log: log)
        let targets = try OTLPReporter.Targets(settings, variables, Instruments(log: log))
        otlp = targets.map { [registry] in OTLPReporter(.ofThisProcess(settings), to: $0, registry, log: log)
        }
    }

    /// Sends what is left to be sent, for as long at most.
    func stop(flushingWithin patience: Duration) { otlp?.stop(flushingWithin: patience) }

    /// X-Ray's daemon; nil when nothing is traced.
    static func daemon(_ settings: Settings, log: Logger) throws(SettingsError) -> XRayDaemon? {
        guard let address = settings.telemetry.xray?.address else { return nil }
        do throws(TraceAddressError) {
            return try XRayDaemon(address: address, log: log)
        } catch {
            throw SettingsError(description: "telemetry.xray.address: \(error)")
        }
    }

    /// What the service reports through.
    var instruments: Instruments {
        Instruments(
            log: log, audit: settings.telemetry.auditsReads ? audit : nil, metrics: registry, tracer: tracer,
            regions: settings.store.regions)
    }

    /// From now on what is logged is what these settings say.
    func setLevel(_ level: Logger.Level) { sink.level = level }

    /// To be called every second: writes what was held back.
    func tick() { sink.tick() }

    /// The audit trail is written whatever the log's level is.
    private var audit: Logger {
        let sink = LogSink(identifier: "audit-query-reads", level: .info, target: target)
        return Logger(sink, metadata: ["ENVIRONMENT": "\(settings.environment)"])
    }

    private var tracer: (any Tracer)? {
        let otlp = settings.telemetry.otlp?.sendsTraces == true ? otlp : nil
        guard daemon != nil || otlp != nil else { return nil }
        let sampling = settings.telemetry.sampling
        return RequestTracer(
            service: "audit-query", version: AuditQueryCommand.version,
            environment: settings.environment.rawValue,
            sampler: TraceSampler(rate: sampling.sampleRate, limit: sampling.tracesPerSecond),
            xray: daemon?.send, otlp: otlp)
    }
}

extension MetricUnit {
    fileprivate init(_ unit: MetricName.Unit) {
        self =
            switch unit {
            case .count: .count
            case .milliseconds: .milliseconds
            case .bytes: .bytes
            }
    }
}
