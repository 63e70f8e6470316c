import CoreMetrics
import Foundation
@testable import Telemetry
import TestSupport
import Testing
@testable import Threads

@Suite struct ExpositionFormatTests {
    private struct Family: Decodable {
        struct Sample: Decodable {
            let name: String
            let labels: [String: String]
            let value: Double
        }

        let name, type, unit, help: String
        let samples: [Sample]
    }

    /// What Prometheus' own client reads in a text.
    private func scraped(_ text: String, _ format: ExpositionFormat) throws -> [String: Family] {
        let parser = format == .openMetrics ? "openmetrics" : "prometheus"
        let read = try piped(text, into: ["python3", "\(Place.package)/Tests/metrics/scrape.py", parser])
        guard read.status == 0 else { throw Failure("scrape.py: exit \(read.status): \(read.errors)") }
        let families = try read.output.split(separator: "\n").map {
            try JSONDecoder().decode(Family.self, from: Data($0.utf8))
        }
        return Dictionary(families.map { ($0.name, $0) }) { $1 }
    }

    private func piped(
        _ text: String, into command: [String]
    ) throws -> (status: Int32, output: String, errors: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "aq-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let guardian = try Guardian(folder: folder)
        defer { guardian.dismiss() }
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/text"))
        let input = open("\(folder)/text", O_RDONLY)
        defer { close(input) }
        let process = try ChildProcess(
            command,
            environment: ["PATH": Place.searchPath, "HOME": folder, "PYTHONDONTWRITEBYTECODE": "1"],
            streams: .init(input: input, outputPath: "\(folder)/output", errorPath: "\(folder)/errors"),
            guardian: guardian)
        let status = try process.wait(within: .seconds(60))
        func content(_ name: String) -> String {
            String(
                decoding: FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data(), as: UTF8.self)
        }
        let (output, errors) = (content("output"), content("errors"))
        try FileManager.default.removeItem(atPath: folder)
        return (status, output, errors)
    }

    /// Two workers with a metric of each kind.
    private var sources: [ExpositionFormat.Source] {
        let workers = [registry(), registry()]
        for (index, registry) in workers.enumerated() {
            CoreMetrics.Counter(label: "QuerySuccess", factory: registry).increment(by: 3 + index)
            FloatingPointCounter(label: "ConsumedCapacity", factory: registry).increment(by: 1.5)
            Meter(label: "CacheBytes", factory: registry).set(1 << 40)
            for region in ["eu-west-1", "eu-\"\\\r\n2"] {
                CoreMetrics.Counter(
                    label: "StoreReads", dimensions: [("StoreRegion", region)], factory: registry
                ).increment(by: 7)
            }
            let timer = CoreMetrics.Timer(label: "QueryDuration", factory: registry)
            for milliseconds in [0, 1, 5, 6, 500, 501, 100_000] { timer.recordMilliseconds(milliseconds) }
            Recorder(label: "Sizes", factory: registry).record(17)
        }
        return workers.enumerated().map { index, registry in
            .init(labels: [("environment", "dev"), ("worker", "\(index)")], samples: registry.snapshot())
        }
    }

    private func registry() -> MetricRegistry {
        MetricRegistry([
            MetricDescription(name: "QuerySuccess", help: "answers with \"2xx\"\nor \\304"),
            MetricDescription(name: "QueryDuration", unit: .milliseconds, help: "how long"),
            MetricDescription(name: "CacheBytes", unit: .bytes, help: "bytes of answers"),
            MetricDescription(name: "StoreReads", help: "reads"),
            MetricDescription(name: "ConsumedCapacity", help: "units"),
            MetricDescription(name: "Sizes", help: "sizes"),
        ])
    }

    @Test(
        .enabled(if: MotoServer.isInstalled, "scripts/test installs the Python tools"),
        arguments: [ExpositionFormat.openMetrics, .prometheus])
    func `Prometheus' own parsers read what several workers recorded`(format: ExpositionFormat) throws {
        let families = try scraped(format.text(of: sources), format)
        #expect(families.count == 6)

        let success = try #require(families["audit_query_query_success"])
        #expect(success.type == "counter" && success.help == "answers with \"2xx\"\nor \\304")
        #expect(success.samples.map(\.name) == Array(repeating: "audit_query_query_success_total", count: 2))
        #expect(success.samples.map(\.value) == [3, 4])
        #expect(success.samples.last?.labels == ["environment": "dev", "worker": "1"])
        let reads = try #require(families["audit_query_store_reads"])
        #expect(Set(reads.samples.map { $0.labels["store_region"] }) == ["eu-west-1", "eu-\"\\\r\n2"])
        let bytes = try #require(families["audit_query_cache_bytes"])
        #expect(bytes.type == "gauge" && bytes.samples.first?.value == 1_099_511_627_776)

        let duration = try #require(families["audit_query_query_duration_seconds"])
        #expect(duration.type == "histogram" && duration.unit == (format == .openMetrics ? "seconds" : ""))
        let first = duration.samples.filter { $0.labels["worker"] == "0" }
        func count(_ bound: String) -> Double? { first.first { $0.labels["le"] == bound }?.value }
        #expect(count("0.0005") == 1 && count("0.001") == 2 && count("0.005") == 3 && count("0.5") == 5)
        #expect(count("1.0") == 6 && count("32.0") == 6 && count("+Inf") == 7)
        #expect(first.first { $0.name.hasSuffix("_sum") }?.value == 101.013)
        #expect(first.first { $0.name.hasSuffix("_count") }?.value == 7)
    }

    @Test(.enabled(if: Place.path(of: "promtool") != nil, "promtool is in Debian's package prometheus"))
    func `promtool finds nothing to complain of in the text for the textfile collector`() throws {
        let text = ExpositionFormat.prometheus.text(of: sources)
        let checked = try piped(text, into: ["promtool", "check", "metrics"])
        #expect(checked.status == 0 && checked.output.isEmpty && checked.errors.isEmpty, "\(checked)")
    }

    @Test func `a counter's type stands under the name of its samples, or node_exporter passes on none`() {
        let registry = registry()
        CoreMetrics.Counter(label: "QuerySuccess", factory: registry).increment(by: 3)
        let sources = [ExpositionFormat.Source(labels: [("worker", "1")], samples: registry.snapshot())]
        #expect(
            ExpositionFormat.prometheus.text(of: sources) == """
                # TYPE audit_query_query_success_total counter
                # HELP audit_query_query_success_total answers with "2xx"\\nor \\\\304
                audit_query_query_success_total{worker="1"} 3

                """)
        #expect(
            ExpositionFormat.openMetrics.text(of: sources) == """
                # TYPE audit_query_query_success counter
                # HELP audit_query_query_success answers with \\"2xx\\"\\nor \\\\304
                audit_query_query_success_total{worker="1"} 3
                # EOF

                """)
    }

    @Test func `nothing recorded is an end alone`() {
        #expect(ExpositionFormat.openMetrics.text(of: []) == "# EOF\n")
        #expect(ExpositionFormat.prometheus.text(of: []).isEmpty)
    }
}
