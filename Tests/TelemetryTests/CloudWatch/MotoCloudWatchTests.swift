import AWS
import QueryService
import CoreMetrics
import Foundation
import Logging
@testable import Telemetry
import TestSupport
import Testing
@testable import DemoData

/// What CloudWatch, as moto acts it, makes of what is sent.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct MotoCloudWatchTests {
    private struct Statistics: Decodable, Equatable {
        struct Point: Decodable, Equatable {
            let Timestamp, Sum, SampleCount, Minimum, Maximum: Double
            let Unit: String
        }

        let Datapoints: [Point]
    }

    private func statistics(
        _ name: String, _ dimensions: [String: String], from start: Int64, at url: String
    ) throws -> [Statistics.Point] {
        let question: [String: Any] = [
            "Namespace": "MotoCloudWatchTests", "MetricName": name, "StartTime": start,
            "EndTime": start + 600,
            "Period": 60, "Statistics": ["Sum", "SampleCount", "Minimum", "Maximum"],
            "Dimensions": dimensions.map { ["Name": $0.key, "Value": $0.value] },
        ]
        let answer = try ServiceClient.monitoring(at: url).perform(
            .json(
                target: "GraniteServiceVersion20100801", "GetMetricStatistics",
                body: Array(try JSONSerialization.data(withJSONObject: question))),
            deadline: .now + .seconds(60))
        return try JSONDecoder().decode(Statistics.self, from: Data(answer.body)).Datapoints
            .sorted { $0.Timestamp < $1.Timestamp }
    }

    private struct MetricData: Decodable {
        struct Result: Decodable {
            let Values: [Double]
        }

        let MetricDataResults: [Result]
    }

    /// A percentile of each minute, such as `p99`.
    private func percentiles(
        _ stat: String, of name: String, _ dimensions: [String: String], from start: Int64, at url: String
    ) throws -> [Double] {
        let metric: [String: Any] = [
            "Namespace": "MotoCloudWatchTests", "MetricName": name,
            "Dimensions": dimensions.map { ["Name": $0.key, "Value": $0.value] },
        ]
        let question: [String: Any] = [
            "StartTime": start, "EndTime": start + 600, "ScanBy": "TimestampAscending",
            "MetricDataQueries": [
                ["Id": "a", "MetricStat": ["Metric": metric, "Period": 60, "Stat": stat] as [String: Any]]
            ],
        ]
        let answer = try ServiceClient.monitoring(at: url).perform(
            .json(
                target: "GraniteServiceVersion20100801", "GetMetricData",
                body: Array(try JSONSerialization.data(withJSONObject: question))),
            deadline: .now + .seconds(60))
        return try JSONDecoder().decode(MetricData.self, from: Data(answer.body)).MetricDataResults
            .flatMap(\.Values)
    }

    @Test func `what is recorded is what CloudWatch has, in each interval`() throws {
        let url = try MotoServer.shared().url
        let registry = MetricRegistry([
            MetricDescription(name: "Duration", unit: .milliseconds, help: ""),
            MetricDescription(name: "Bytes", unit: .bytes, help: ""),
        ])
        let shared = ["Environment": "dev", "Region": "eu-west-1"]
        var sender = MetricSender(
            registry, to: try .client(of: url),
            .init(
                namespace: "MotoCloudWatchTests",
                dimensions: shared.map { .init(name: $0.key, value: $0.value) }),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        // A minute's begin, long enough ago that no other test is there.
        let start = Int64(Date().timeIntervalSince1970) / 60 * 60 - 3600
        var random = SplitMix64(seed: 1)
        var durations: [[Double]] = [[], []]
        for interval in 0..<2 {
            for index in 0..<1000 {
                CoreMetrics.Counter(label: "Hits", factory: registry).increment()
                CoreMetrics.Counter(
                    label: "Reads", dimensions: [("StoreRegion", index % 4 == 0 ? "eu-west-2" : "eu-west-1")],
                    factory: registry
                ).increment(by: 1 + interval)
                FloatingPointCounter(label: "Capacity", factory: registry).increment(by: 0.5)
                let duration = Int.random(in: 50...800_000, using: &random)
                durations[interval].append(Double(duration) / 1000)
                CoreMetrics.Timer(label: "Duration", factory: registry).recordMicroseconds(duration)
            }
            Meter(label: "Bytes", factory: registry).set(1000 + interval)
            sender.collect(timestamp: start + Int64(interval) * 60)
            sender.send(now: start + 60, deadline: .now + .seconds(60))
        }
        #expect(sender.pending.batches.isEmpty)

        let hits = try statistics("Hits", shared, from: start, at: url)
        #expect(hits.map(\.Sum) == [1000, 1000] && hits.map(\.SampleCount) == [1, 1])
        #expect(hits.map(\.Timestamp) == [Double(start), Double(start) + 60])
        #expect(hits.map(\.Unit) == ["Count", "Count"])
        let other = shared.merging(["StoreRegion": "eu-west-2"]) { $1 }
        #expect(try statistics("Reads", other, from: start, at: url).map(\.Sum) == [250, 500])
        #expect(try statistics("Capacity", shared, from: start, at: url).map(\.Sum) == [500, 500])
        let bytes = try statistics("Bytes", shared, from: start, at: url)
        #expect(bytes.map(\.Sum) == [1000, 1001] && bytes.map(\.Unit) == ["Bytes", "Bytes"])
        #expect(try statistics("MetricsDropped", shared, from: start, at: url).map(\.Sum) == [0, 0])

        let found = try statistics("Duration", shared, from: start, at: url)
        #expect(found.map(\.SampleCount) == [1000, 1000])
        for (point, recorded) in zip(found, durations) {
            let exact = [recorded.reduce(0, +), recorded.min() ?? 0, recorded.max() ?? 0]
            for (value, exact) in zip([point.Sum, point.Minimum, point.Maximum], exact) {
                #expect(abs(value - exact) <= exact * BucketLayout.relativeError)
            }
        }
        for (stat, rank) in [("p50", 500), ("p99", 990)] {
            let percentiles = try percentiles(stat, of: "Duration", shared, from: start, at: url)
            #expect(percentiles.count == 2)
            for (value, exact) in zip(percentiles, durations.map { $0.sorted()[rank - 1] }) {
                #expect(abs(value - exact) <= exact * BucketLayout.relativeError)
            }
        }
    }
}
