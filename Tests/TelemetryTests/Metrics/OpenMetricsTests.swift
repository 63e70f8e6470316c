import CoreMetrics
import Foundation
@testable import Telemetry
import TestSupport
import Testing

@Suite struct OpenMetricsTests {
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
    private func scraped(_ text: String) throws -> [String: Family] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "aq-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let guardian = try Guardian(folder: folder)
        defer { guardian.dismiss() }
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/text"))
        let input = open("\(folder)/text", O_RDONLY)
        defer { close(input) }
        let process = try ChildProcess(
            ["python3", "\(Place.package)/Tests/metrics/scrape.py"],
            environment: ["PATH": Place.searchPath, "HOME": folder, "PYTHONDONTWRITEBYTECODE": "1"],
            streams: .init(input: input, outputPath: "\(folder)/output", errorPath: "\(folder)/errors"),
            guardian: guardian)
        let status = try process.wait(within: .seconds(60))
        func lines(_ name: String) -> [Substring] {
            let data = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
            return String(decoding: data, as: UTF8.self).split(separator: "\n")
        }
        let (output, errors) = (lines("output"), lines("errors"))
        try FileManager.default.removeItem(atPath: folder)
        guard status == 0 else {
            throw Failure("scrape.py: exit \(status): \(errors.joined(separator: "\n"))")
        }
        let families = try output.map { try JSONDecoder().decode(Family.self, from: Data($0.utf8)) }
        return Dictionary(families.map { ($0.name, $0) }) { $1 }
    }

    private func registry() -> MetricRegistry {
        MetricRegistry([
            MetricDescription(name: "QuerySuccess", help: "answers with \"2xx\"\nor \\304"),
            MetricDescription(name: "QueryDuration", unit: .milliseconds, help: "how long"),
            MetricDescription(name: "CacheBytes", unit: .bytes, help: "bytes of answers"),
        ])
    }

    @Test(.enabled(if: MotoServer.isInstalled, "scripts/test installs the Python tools"))
    func `Prometheus' own parser reads what several workers recorded`() throws {
        let workers = [registry(), registry()]
        for (index, registry) in workers.enumerated() {
            CoreMetrics.Counter(label: "QuerySuccess", factory: registry).increment(by: 3 + index)
            FloatingPointCounter(label: "ConsumedCapacity", factory: registry).increment(by: 1.5)
            Meter(label: "CacheBytes", factory: registry).set(1 << 40)
            for region in ["eu-west-1", "eu-\"\\\n2"] {
                CoreMetrics.Counter(
                    label: "StoreReads", dimensions: [("StoreRegion", region)], factory: registry
                ).increment(by: 7)
            }
            let timer = CoreMetrics.Timer(label: "QueryDuration", factory: registry)
            for milliseconds in [0, 1, 5, 6, 500, 501, 100_000] { timer.recordMilliseconds(milliseconds) }
            Recorder(label: "Sizes", factory: registry).record(17)
        }
        let families = try scraped(
            OpenMetrics.text(
                of: workers.enumerated().map { index, registry in
                    .init(
                        labels: [("environment", "dev"), ("worker", "\(index)")], samples: registry.snapshot()
                    )
                }))
        #expect(families.count == 6)

        let success = try #require(families["audit_query_query_success"])
        #expect(success.type == "counter" && success.help == "answers with \"2xx\"\nor \\304")
        #expect(success.samples.map(\.name) == Array(repeating: "audit_query_query_success_total", count: 2))
        #expect(success.samples.map(\.value) == [3, 4])
        #expect(success.samples[1].labels == ["environment": "dev", "worker": "1"])
        let reads = try #require(families["audit_query_store_reads"])
        #expect(Set(reads.samples.map { $0.labels["store_region"] }) == ["eu-west-1", "eu-\"\\\n2"])
        let bytes = try #require(families["audit_query_cache_bytes"])
        #expect(bytes.type == "gauge" && bytes.unit == "bytes" && bytes.samples[0].value == 1_099_511_627_776)

        let duration = try #require(families["audit_query_query_duration_seconds"])
        #expect(duration.type == "histogram" && duration.unit == "seconds")
        let first = duration.samples.filter { $0.labels["worker"] == "0" }
        func count(_ bound: String) -> Double? { first.first { $0.labels["le"] == bound }?.value }
        #expect(count("0.0005") == 1 && count("0.001") == 2 && count("0.005") == 3 && count("0.5") == 5)
        #expect(count("1.0") == 6 && count("32.0") == 6 && count("+Inf") == 7)
        #expect(first.first { $0.name.hasSuffix("_sum") }?.value == 101.013)
        #expect(first.first { $0.name.hasSuffix("_count") }?.value == 7)
    }

    @Test func `Nothing recorded is an end alone`() {
        #expect(OpenMetrics.text(of: []) == "# EOF\n")
    }
}
