import Files
import AWS
import QueryService
import Foundation
import Telemetry

/// Puts together what the configuration names. Nothing is asked of AWS before it is needed.
struct Composition {
    private let settings: Settings
    private let instruments: Instruments
    /// Nil where nothing is configured that needs it.
    private let aws: AWSAccess?

    init(
        _ settings: Settings, instruments: Instruments,
        variables: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsError) {
        self.settings = settings
        self.instruments = instruments
        let connections = settings.service.storeLimit
        aws =
            settings.needsAWS
            ? try AWSAccess(
                settings.aws, variables: variables, connections: connections, instruments: instruments) : nil
    }

    /// The store, for reading or writing.
    func store(for access: ConfiguredStore.Access) throws(SettingsError) -> ConfiguredStore {
        try ConfiguredStore(settings.store, for: access, aws: aws)
    }

    /// The keys, and what keeps them up to date if they are not in a file.
    func keys() throws -> (source: KeySource, refresh: ParameterRefresh.Watched?) {
        switch settings.keyPlace {
        case .file(let path): return (try KeySource(file: KeyFile(path: path)), nil)
        case .parameter(let name):
            let origin = "parameter \(name)"
            let parameter = try parameter(name)
            let source = KeySource(ring: try KeyRing(content: parameter.value, origin: origin))
            let log = instruments.log
            let refresh = ParameterRefresh.Watched(name: name, version: parameter.version) { content in
                let changes = source.replace(with: try KeyRing(content: content, origin: origin))
                log.report(changes, inForce: source.countInForce)
            }
            return (source, refresh)
        }
    }

    /// What seals cursors, and what keeps its secret up to date if that is not in a file.
    func cursors() throws -> (seal: CursorSeal, refresh: ParameterRefresh.Watched?) {
        switch settings.cursorSecretPlace {
        case .file(let path): return (try CursorSeal(secret: secretFile(path)), nil)
        case .parameter(let name):
            let origin = "parameter \(name)"
            let parameter = try parameter(name)
            let seal = try CursorSeal(secret: trimmedSecret(parameter.value, origin: origin))
            let refresh = ParameterRefresh.Watched(name: name, version: parameter.version) { content in
                try seal.renew(secret: trimmedSecret(content, origin: origin))
            }
            return (seal, refresh)
        }
    }

    /// Keeps parameters up to date in the background; nil when there are none.
    func refresh(of watched: [ParameterRefresh.Watched]) throws(SettingsError) -> ParameterRefresh? {
        guard !watched.isEmpty, let store = try parameterStore() else { return nil }
        return ParameterRefresh(
            watched, in: store, every: settings.aws.parameterRefresh, log: instruments.log)
    }

    /// Sends a registry's metrics to CloudWatch; nil when that is not wanted.
    func publisher(of telemetry: WorkerTelemetry) throws(SettingsError) -> CloudWatchPublisher? {
        guard let cloudWatch = settings.telemetry.cloudWatch, let client = try self.cloudWatch() else {
            return nil
        }
        let dimensions = settings.metricDimensions.map { MetricKey.Dimension(name: $0.name, value: $0.value) }
        return CloudWatchPublisher(
            telemetry.registry, to: client,
            CloudWatchPublisher.Settings(
                namespace: cloudWatch.namespace, dimensions: dimensions, interval: cloudWatch.interval),
            log: instruments.log)
    }

    /// CloudWatch; nil when nothing is to be sent there.
    func cloudWatch() throws(SettingsError) -> CloudWatch? {
        guard settings.telemetry.cloudWatch != nil else { return nil }
        return try aws?.cloudWatch(otherwiseIn: settings.store.regions.first)
    }

    private func parameter(_ name: String) throws(SettingsError) -> Parameter {
        let deadline = ContinuousClock.now + .seconds(10)
        guard let store = try parameterStore() else {
            throw SettingsError(description: "parameter \(name): AWS is not set up")
        }
        do throws(AWSError) {
            return try store.parameter(name, deadline: deadline)
        } catch {
            throw SettingsError(description: "parameter \(name): \(error)")
        }
    }

    private func parameterStore() throws(SettingsError) -> ParameterStore? {
        try aws?.parameterStore(otherwiseIn: settings.store.regions.first)
    }
}

extension Settings {
    /// What all metrics of a worker have in common.
    var metricDimensions: [(name: String, value: String)] {
        [("Environment", environment.rawValue), ("Region", store.regions.first ?? "local")]
    }

    fileprivate var needsAWS: Bool {
        if case .parameter = keyPlace { return true }
        if case .parameter = cursorSecretPlace { return true }
        return !store.regions.isEmpty || telemetry.cloudWatch != nil
    }
}
