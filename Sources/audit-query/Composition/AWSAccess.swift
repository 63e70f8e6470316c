import AWS
import DynamoDBRecords
import QueryService
import CoreMetrics
import HTTPClient
import Logging
import Telemetry
import Tracing

/// AWS as the environment, its shared files and the configuration say it is reached.
struct AWSAccess {
    private let environment: AWSEnvironment
    private let settings: AWSSettings
    private let http: HTTPClient
    private let credentials: CredentialSource
    private let instruments: Instruments

    /// Access that keeps as many connections as are named, at most.
    init(
        _ settings: AWSSettings, variables: [String: String], connections: Int, instruments: Instruments
    ) throws(SettingsError) {
        environment = try settingsErrors { () throws(AWSEnvironmentError) in try AWSEnvironment(variables) }
        self.settings = settings
        self.instruments = instruments
        var configuration = HTTPClient.Configuration()
        configuration.caFile = environment.caFile
        configuration.proxy = settings.proxy
        configuration.maximumIdleHandles = connections
        // A region that does not even connect is soon given up for the next.
        configuration.connectTimeout = .seconds(1)
        http = HTTPClient(configuration)
        credentials = environment.credentials(http: http, log: instruments.log)
    }

    /// A client of a service in these regions, at these endpoints if there are any. `service` is what it is called in
    /// signatures; `identifier` what AWS's variables call it, and `host` its hosts, where that is another name.
    func client(
        _ service: String, identifier: String? = nil, host: String? = nil, regions: [String],
        endpoints: [String] = [],
        timing: ServiceTiming = ServiceTiming(), counters: CallCounters? = nil
    ) throws(SettingsError) -> ServiceClient {
        if !endpoints.isEmpty {
            try settingsErrors { () throws(AWSEnvironmentError) in
                try environment.allowEndpoint(of: "store.dynamodb.endpoints")
            }
        }
        var places: [Endpoint] = []
        for (index, region) in regions.enumerated() {
            if endpoints.isEmpty {
                places.append(try endpoint(identifier ?? service, host: host ?? service, region))
            } else if let place = Endpoint(region: region, url: endpoints[index]) {
                places.append(place)
            }
        }
        return ServiceClient(
            service: service, endpoints: places, credentials: credentials, http: http, timing: timing,
            log: instruments.log,
            tracer: instruments.tracer ?? NoOpTracer(), counters: counters)
    }

    /// What the store's client counts.
    var storeCounters: CallCounters {
        func counter(_ name: MetricName) -> Counter {
            Counter(label: name.rawValue, factory: instruments.metrics)
        }
        return CallCounters(
            requests: counter(.storeRequests), retries: counter(.storeRetries),
            throttles: counter(.storeThrottles))
    }

    /// Tells operators of an item that came and is no record.
    var tellFault: @Sendable (ItemFault) -> Void {
        { [log = instruments.log] fault in
            log.warning(
                "an item was written to the table that is no record: who follows is not told of it",
                metadata: ["ITEM": "\(fault.key)", "ERROR": "\(fault.detail)"])
        }
    }

    /// Parameter Store, in the configured region, the environment's, or else this one.
    func parameterStore(otherwiseIn region: String?) throws(SettingsError) -> ParameterStore {
        ParameterStore(try client("ssm", regions: [try ownRegion(region, for: "Parameter Store")]))
    }

    /// CloudWatch, in the configured region, the environment's, or else this one.
    func cloudWatch(otherwiseIn region: String?) throws(SettingsError) -> CloudWatch {
        CloudWatch(
            try client(
                "monitoring", identifier: "cloudwatch", regions: [try ownRegion(region, for: "CloudWatch")],
                // Given up, a request may have been taken all the same, and would count twice when it is repeated.
                timing: ServiceTiming(attempt: .seconds(10))))
    }

    /// What takes OpenTelemetry's requests in AWS, in the configured region, the environment's, or else this one.
    func target(
        _ service: String, identifier: String? = nil, path: String, otherwiseIn region: String?
    ) throws(SettingsError) -> OTLPTarget {
        let region = try ownRegion(region, for: "OpenTelemetry's endpoints")
        let address = SignedAddress(
            try endpoint(identifier ?? service, host: service, region), path: path, service: service,
            credentials: credentials)
        return OTLPTarget(url: address.url, http: http) { headers, body, deadline in
            try address.signed(headers, body: body, until: deadline)
        }
    }

    private func ownRegion(_ other: String?, for service: String) throws(SettingsError) -> String {
        guard let region = settings.region ?? environment.region ?? other else {
            throw SettingsError(
                description: "no region is known for \(service): set aws.region, or AWS_REGION")
        }
        return region
    }

    private func endpoint(
        _ identifier: String, host: String, _ region: String
    ) throws(SettingsError) -> Endpoint {
        try settingsErrors { () throws(AWSEnvironmentError) in
            try environment.endpoint(serviceID: identifier, hostName: host, region: region)
        }
    }
}

/// What is wrong with AWS's environment is wrong with the configuration.
private func settingsErrors<Value>(
    _ body: () throws(AWSEnvironmentError) -> Value
) throws(SettingsError) -> Value {
    do throws(AWSEnvironmentError) {
        return try body()
    } catch {
        throw SettingsError(description: error.description)
    }
}
