import Foundation
import Logging

/// What is logged, measured and traced, and where it goes.
struct TelemetrySettings: Equatable {
    /// Where metrics go.
    struct CloudWatch: Equatable {
        var namespace: String
        var interval: Duration
    }

    /// Where X-Ray's traces go.
    struct XRay: Equatable {
        /// The daemon's address and port.
        var address: String
    }

    /// What goes out in OpenTelemetry's protocol.
    struct OTLP: Equatable {
        /// Where it goes.
        enum Endpoint: Equatable {
            /// A collector's URL, to which `/v1/traces` and `/v1/metrics` are added.
            case url(String)
            /// CloudWatch's own endpoints, signed.
            case cloudWatch
        }

        var endpoint: Endpoint
        var sendsTraces: Bool
        var sendsMetrics: Bool
    }

    /// How many requests are traced.
    struct Sampling: Equatable {
        /// The share of requests that is traced beyond one a second, 0 to 1.
        var sampleRate: Double
        /// How many requests a second are traced at most, of those that the worker itself decides on.
        var tracesPerSecond: Int
    }

    var logLevel: Logger.Level
    /// Whether each read of records is written to the audit trail.
    var auditsReads: Bool
    /// Nil when no metrics are sent.
    var cloudWatch: CloudWatch?
    /// Nil when nothing is traced for X-Ray.
    var xray: XRay?
    /// Nil when nothing is sent so.
    var otlp: OTLP?
    var sampling: Sampling

    init(_ source: SettingsSource) throws(SettingsError) {
        logLevel = try source.choice("telemetry.log-level", of: LogLevel.self).level
        auditsReads = try source.bool("telemetry.audit-reads")
        // Checked though not enabled, so that a mistake shows when it is made.
        let cloudWatch = CloudWatch(
            namespace: try source.text("telemetry.cloudwatch.namespace"),
            interval: .seconds(try source.int("telemetry.cloudwatch.interval-seconds", in: 1...3600)))
        guard !cloudWatch.namespace.hasPrefix("AWS/"), cloudWatch.namespace.utf8.count <= 255 else {
            throw source.fault(
                "telemetry.cloudwatch.namespace", "must have at most 255 bytes and not begin with AWS/")
        }
        let xray = XRay(address: try source.text("telemetry.xray.address"))
        sampling = Sampling(
            sampleRate: try source.share("telemetry.xray.sample-rate"),
            tracesPerSecond: try source.int("telemetry.xray.traces-per-second", in: 1...10_000))
        self.cloudWatch = try source.bool("telemetry.cloudwatch.enabled") ? cloudWatch : nil
        self.xray = try source.bool("telemetry.xray.enabled") ? xray : nil
        let otlp = OTLP(
            endpoint: try Self.endpoint(source), sendsTraces: try source.bool("telemetry.otlp.traces"),
            sendsMetrics: try source.bool("telemetry.otlp.metrics"))
        self.otlp = otlp.sendsTraces || otlp.sendsMetrics ? otlp : nil
    }

    private static func endpoint(_ source: SettingsSource) throws(SettingsError) -> OTLP.Endpoint {
        let key = "telemetry.otlp.endpoint"
        let text = try source.text(key)
        guard text != "cloudwatch" else { return .cloudWatch }
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme),
            url.host?.isEmpty == false, url.user == nil, url.query == nil, url.fragment == nil
        else {
            throw source.fault(
                key, "must be cloudwatch or the URL of a collector, such as http://127.0.0.1:4318")
        }
        return .url(text.hasSuffix("/") ? String(text.dropLast()) : text)
    }
}
