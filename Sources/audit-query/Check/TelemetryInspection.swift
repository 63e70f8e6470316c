import AWS
import Foundation
import Logging
import QueryService
import Telemetry

/// Whether metrics and traces reach those who are to take them.
struct TelemetryInspection {
    let settings: Settings
    let composition: Composition
    let variables: [String: String]
    let log: Logger

    func findings() throws(SettingsError) -> [Finding] {
        try metrics() + traces() + openTelemetry()
    }

    /// Sends one zero, which needs the same right and the same way as all metrics.
    private func metrics() throws(SettingsError) -> [Finding] {
        guard let namespace = settings.telemetry.cloudWatch?.namespace,
            let cloudWatch = try composition.cloudWatch()
        else { return [] }
        let datum = MetricDatum(
            name: "MetricsDropped",
            dimensions: settings.metricDimensions.map {
                MetricDatum.Dimension(name: $0.name, value: $0.value)
            },
            timestamp: Int64(Date().timeIntervalSince1970), unit: .count, value: .single(0))
        do throws(AWSError) {
            let data = [EncodedMetricDatum(datum)].compactMap { $0 }
            try cloudWatch.put(data, namespace: namespace, deadline: .now + .seconds(10))
            return [Finding(.metrics, .ok, "metrics: CloudWatch takes them, in the namespace \(namespace)")]
        } catch {
            return [
                Finding(
                    .metrics, .wrong,
                    "metrics: CloudWatch does not take them: \(error): the workers' role needs "
                        + "cloudwatch:PutMetricData for the namespace \(namespace) (aws/access.yaml)")
            ]
        }
    }

    /// A datagram that nobody takes comes back as an error with the next one.
    private func traces() throws(SettingsError) -> [Finding] {
        guard let address = settings.telemetry.xray?.address,
            let daemon = try WorkerTelemetry.daemon(settings, log: log)
        else { return [] }
        for _ in 0..<2 {
            daemon.send([])
            usleep(20_000)
        }
        guard daemon.lost > 0 else {
            return [Finding(.traces, .ok, "traces: something takes datagrams at \(address)")]
        }
        return [
            Finding(
                .traces, .warning,
                "traces: no X-Ray daemon listens at \(address): traces are lost, requests are not: start it, "
                    + "or set telemetry.xray.enabled to false")
        ]
    }

    /// Sends each of OpenTelemetry's requests once, without anything in it.
    private func openTelemetry() throws(SettingsError) -> [Finding] {
        guard
            let targets = try OTLPReporter.Targets(settings, variables, Instruments(log: log))
        else { return [] }
        return [(Finding.Subject.traces, targets.traces), (.metrics, targets.metrics)].compactMap {
            subject, target in
            guard let target else { return nil }
            let url = target.url.printable
            guard let fault = target.fault(deadline: .now + .seconds(10)) else {
                return Finding(subject, .ok, "\(subject.rawValue): \(url) takes them")
            }
            return Finding(
                subject, .warning,
                "\(subject.rawValue): \(url) does not take them: \(fault): they are lost, requests are not: start the "
                    + "collector, or set telemetry.otlp.endpoint to where it is")
        }
    }
}
