import Foundation
import TestSupport
import Testing

/// A worker's traces and metrics at an OpenTelemetry collector, read with the official definitions.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: OpenTelemetryChecker.isInstalled, "scripts/test installs the Python tools"))
struct OpenTelemetryTests {
    private func overrides(_ url: String) -> [String: String] {
        [
            "telemetry.otlp.traces": "true", "telemetry.otlp.metrics": "true", "telemetry.otlp.endpoint": url,
            "telemetry.xray.sample-rate": "1",
        ]
    }

    private func read(_ bodies: [[UInt8]]) throws -> [JSONValue] {
        try JSONValue(Data(OpenTelemetryChecker.read(bodies).utf8)).elements
    }

    @Test func `each request is a trace, and what was counted has come when the workers end`() throws {
        try TelemetryCollector.with { collector, url in
            try LiveInstallation.with(.init(overrides: overrides(url))) { live in
                let client = live.client()
                for user in ["alice", "bob", "alice"] { _ = try client.records(["userId": user]) }
                _ = try client.records(["limit": "none"])
            }
            let spans = try read(collector.taken("/v1/traces")).flatMap {
                $0["resourceSpans"][0]["scopeSpans"][0]["spans"].elements
            }
            let requests = spans.filter { $0["kind"].string == "SPAN_KIND_SERVER" }
            #expect(requests.count { $0["name"].string == "GET records" } == 4)
            #expect(Set(requests.compactMap { $0["traceId"].string }).count == requests.count)
            // The last request of each worker has all that it counted.
            var sums: [String: Int] = [:]
            for message in try read(collector.taken("/v1/metrics")) {
                let resource = message["resourceMetrics"][0]
                let instance = resource["resource"]["attributes"].elements.first {
                    $0["key"].string == "service.instance.id"
                }
                let metrics = resource["scopeMetrics"][0]["metrics"].elements
                let success = metrics.first { $0["name"].string == "audit_query.query_success" }
                let count = success?["sum"]["dataPoints"][0]["asInt"].string.flatMap { Int($0) }
                sums[instance?["value"]["stringValue"].string ?? ""] = count
            }
            #expect(sums.values.reduce(0, +) >= 3)
        }
    }

    @Test func `check says whether a collector takes them`() throws {
        func lines(_ url: String) throws -> [String] {
            try withWorkplace(overrides(url)) { place in
                try place.load(GeneratedRecords.lines)
                return try place.command("check").lines.filter { $0.contains("/v1/") }
            }
        }
        let url = try TelemetryCollector.with { collector, url in
            let taken = try lines(url)
            #expect(taken.count == 2 && taken.allSatisfy { $0.hasPrefix("ok ") }, "\(taken)")
            #expect(collector.requests.map(\.path) == ["/v1/traces", "/v1/metrics"])
            return url
        }
        let gone = try lines(url)
        #expect(gone.count == 2 && gone.allSatisfy { $0.hasPrefix("warning") }, "\(gone)")
    }

    @Test(arguments: [
        "ftp://collector", "http://", "http://user@collector", "http://collector?key=1", "collector:4318",
    ])
    func `an endpoint that is none is told`(endpoint: String) throws {
        try withWorkplace(["telemetry.otlp.endpoint": endpoint]) { place in
            let outcome = try place.command("query", "--user", "alice")
            #expect(
                outcome.status == 78
                    && outcome.error.contains("telemetry.otlp.endpoint must be cloudwatch or"),
                "\(outcome)")
        }
    }
}
