import AWS
import Foundation
import HTTPClient
import QueryService
import Telemetry

extension OTLPReporter.Targets {
    /// Where the configuration has OpenTelemetry's traces and metrics go; nil where nothing does.
    ///
    /// - Parameters:
    ///   - settings: the configuration.
    ///   - variables: say how AWS is reached.
    ///   - instruments: of the calls that look for AWS's credentials. They are not traced: that would need what is made here.
    /// - Throws: what is wrong with AWS's environment, where that is asked.
    init?(
        _ settings: Settings, _ variables: [String: String], _ instruments: Instruments
    ) throws(SettingsError) {
        guard let otlp = settings.telemetry.otlp else { return nil }
        let traces: OTLPTarget
        let metrics: OTLPTarget
        switch otlp.endpoint {
        case .url(let url):
            var configuration = HTTPClient.Configuration()
            configuration.connectTimeout = .seconds(5)
            configuration.maximumBodyBytes = 1 << 20
            let http = HTTPClient(configuration)
            traces = OTLPTarget(url: url + "/v1/traces", http: http)
            metrics = OTLPTarget(url: url + "/v1/metrics", http: http)
        case .cloudWatch:
            let access = try AWSAccess(
                settings.aws, variables: variables, connections: 2, instruments: instruments)
            let region = settings.store.regions.first
            traces = try access.target("xray", path: "/v1/traces", otherwiseIn: region)
            metrics = try access.target(
                "monitoring", identifier: "cloudwatch", path: "/v1/metrics", otherwiseIn: region)
        }
        self.init(traces: otlp.sendsTraces ? traces : nil, metrics: otlp.sendsMetrics ? metrics : nil)
    }
}

extension OTLPResource {
    /// This process, as OpenTelemetry names it.
    static func ofThisProcess(_ settings: Settings) -> OTLPResource {
        OTLPResource(
            service: "audit-query", version: AuditQueryCommand.version,
            environment: settings.environment.rawValue,
            host: ProcessInfo.processInfo.hostName,
            instance: UUID().uuidString.lowercased())
    }
}
