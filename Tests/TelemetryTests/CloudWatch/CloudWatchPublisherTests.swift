import AWS
import CoreMetrics
import Logging
@testable import Telemetry
import TestSupport
import Testing

@Suite struct CloudWatchPublisherTests {
    private let registry = MetricRegistry([])

    private func publisher(_ cloudWatch: CloudWatch, every interval: Duration) -> CloudWatchPublisher {
        CloudWatchPublisher(
            registry, to: cloudWatch, .init(namespace: "Test", dimensions: [], interval: interval),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func `at the end, the interval that is not over is sent`() throws {
        try CloudWatchStandIn.with { standIn, cloudWatch in
            let week: Int64 = 7 * 86400
            let publisher = publisher(cloudWatch, every: .seconds(week))
            CoreMetrics.Counter(label: "Hits", factory: registry).increment(by: 3)
            #expect(publisher.stop(flushingWithin: .seconds(60)))
            #expect(standIn.calls == 1 && standIn.taken.sum("Hits") == 3)
            #expect(standIn.taken.data("Hits").allSatisfy { $0.Timestamp % week == 0 })
        }
    }

    @Test func `interval after interval is sent, and what is recorded meanwhile comes once`() throws {
        try CloudWatchStandIn.with { standIn, cloudWatch in
            let publisher = publisher(cloudWatch, every: .milliseconds(20))
            let counter = CoreMetrics.Counter(label: "Hits", factory: registry)
            var count = 0
            try eventually("some intervals") {
                counter.increment()
                count += 1
                return standIn.taken.count >= 5
            }
            #expect(publisher.stop(flushingWithin: .seconds(60)))
            #expect(standIn.taken.sum("Hits") == Double(count))
            let times = standIn.taken.data("Hits").map(\.Timestamp)
            #expect(times == times.sorted())
        }
    }

    @Test func `the end does not wait for a CloudWatch that does not answer`() throws {
        try CloudWatchStandIn.with { _, _ in
            .hangs
        } _: { _, cloudWatch in
            let publisher = publisher(cloudWatch, every: .seconds(3600))
            let start = ContinuousClock.now
            publisher.stop(flushingWithin: .milliseconds(200))
            #expect(ContinuousClock.now - start < .seconds(10))
        }
    }

    @Test func `intervals begin at multiples of their length`() {
        let grid = IntervalGrid(length: 60)
        #expect(
            grid.start(at: 119.9) == 60 && grid.start(at: 120) == 120
                && grid.start(at: 1_800_000_059) == 1_800_000_000)
    }
}
