import QueryService

/// The configuration, complete and checked.
struct Settings {
    enum Environment: String, CaseIterable {
        case dev, staging, prod
    }

    /// dev, staging or prod: on every log line.
    var environment: Environment
    /// Where the records are.
    var store: StoreSettings
    /// Where the keys are.
    var keyPlace: SecretPlace
    /// Where the cursor secret is.
    var cursorSecretPlace: SecretPlace
    /// Whether days are sealed.
    var seal: SealSettings
    /// Who may lift what holds records back from being deleted.
    var retention: RetentionSettings
    /// Where forwarders have their checkpoints.
    var forwardFolder: String
    /// How AWS is reached.
    var aws: AWSSettings
    /// The worker's threads.
    var threads: Int
    /// The request path's figures.
    var service: ServiceSettings
    /// What is logged, measured and traced, and where it goes.
    var telemetry: TelemetrySettings

    /// The configuration file where none is named.
    static let defaultPath = "/etc/audit-query/audit-query.yaml"

    /// Reads the file, nil for the one that the environment names or the standard one, then the environment over it. What it
    /// throws is the first thing that is wrong, with its place.
    static func load(_ path: String?, environment: [String: String]) throws(SettingsError) -> Settings {
        try Settings(SettingsSource(path: path, environment: environment))
    }

    init(_ source: SettingsSource) throws(SettingsError) {
        environment = try source.choice("environment", of: Environment.self)
        store = try StoreSettings(source)
        keyPlace = try SecretPlace(source, file: "keys.file", parameter: "keys.parameter")
        cursorSecretPlace = try SecretPlace(
            source, file: "cursor.secret-file", parameter: "cursor.secret-parameter")
        seal = try SealSettings(source)
        retention = try RetentionSettings(source)
        forwardFolder = try source.text("forward.folder")
        aws = try AWSSettings(source)
        threads = try source.int("worker.threads", in: 1...10_000)
        service = ServiceSettings()
        service.cacheByteLimit = try source.int("cache.bytes", in: 0...(1 << 40))
        service.lifetime = .seconds(try source.int("cache.ttl-seconds", in: 0...86_400))
        service.lifetimeJitter = try source.share("cache.ttl-jitter")
        service.pastLifetime = .seconds(try source.int("cache.past-ttl-seconds", in: 0...604_800))
        service.refreshLimit = try source.int("cache.refresh-limit", in: 0...64)
        service.staleTime = .seconds(try source.int("cache.stale-seconds", in: 0...604_800))
        service.storeLimit = try source.int("worker.store-limit", in: 1...10_000)
        service.deadline = .seconds(try source.int("worker.deadline-seconds", in: 1...300))
        service.answerByteLimit = try source.int("worker.answer-bytes", in: (16 << 20)...(1 << 40))
        guard service.storeLimit <= threads else {
            throw source.fault(
                "worker.store-limit",
                "\(service.storeLimit) is more than worker.threads (\(threads)): no thread would be "
                    + "left for cache hits while the store hangs")
        }
        telemetry = try TelemetrySettings(source)
    }

    /// The key file, for the commands that write it.
    func keyFile() throws(SettingsError) -> KeyFile {
        switch keyPlace {
        case .file(let path): return KeyFile(path: path)
        case .parameter(let name):
            throw SettingsError(
                description: "keys.parameter is set: workers read the keys from the parameter \(name). "
                    + "Keep the keys in a file (another configuration with keys.file), change them there, and "
                    + "put it: aws ssm put-parameter --overwrite --type SecureString "
                    + "--key-id alias/audit-query-\(environment.rawValue) --name \(name) --value file://keys.json"
            )
        }
    }
}
