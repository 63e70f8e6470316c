import AWS
import QueryService
import CoreMetrics
import Logging
import Synchronization
@testable import Telemetry
import TestSupport
import Testing
@testable import DemoData

@Suite struct MetricSenderTests {
    private static let start: Int64 = 1_800_000_000
    private let registry = MetricRegistry([])
    private let log = RecordingLog()

    private func sender(
        _ cloudWatch: CloudWatch, keptIntervals: Int = 120
    ) -> MetricSender {
        MetricSender(
            registry, to: cloudWatch,
            .init(
                namespace: "Test", dimensions: [.init(name: "Environment", value: "dev")],
                keptIntervals: keptIntervals), log: log.logger)
    }

    /// Counts the interval's number, from 1 on, and has it sent.
    private func runInterval(_ number: Int, of sender: inout MetricSender) {
        CoreMetrics.Counter(label: "Hits", factory: registry).increment(by: number)
        Timer(label: "Duration", factory: registry).recordMilliseconds(number)
        sender.collect(timestamp: time(number))
        sender.send(now: time(number + 1), deadline: .now + .seconds(60))
    }

    private func time(_ interval: Int) -> Int64 { Self.start + Int64(interval) * 60 }

    @Test func `refused for five intervals, nothing is missing, in one request and with its own times`()
        throws
    {
        let isAway = Atomic<Bool>(true)
        let replies: [CloudWatchStandIn.Reply] = [.down, .throttled, .denied]
        try CloudWatchStandIn.with { _, calls in
            isAway.load(ordering: .relaxed) ? replies[calls % 3] : .taken
        } _: { standIn, cloudWatch in
            var sender = sender(cloudWatch)
            for number in 1...5 { runInterval(number, of: &sender) }
            #expect(standIn.taken.isEmpty && standIn.calls >= 5)
            isAway.store(false, ordering: .relaxed)
            let calls = standIn.calls
            runInterval(6, of: &sender)
            #expect(standIn.calls == calls + 1)
            #expect(standIn.taken.data("Hits").map(\.Timestamp) == (1...6).map(time))
            #expect(standIn.taken.data("Hits").map(\.sum) == [1, 2, 3, 4, 5, 6])
            #expect(standIn.taken.data("Duration").map(\.Timestamp) == (1...6).map(time))
            #expect(standIn.taken.sum("MetricsDropped") == 0)
            #expect(sender.pending.batches.isEmpty)
        }
        // Said once, and once that it is over.
        #expect(log.lines.map { $0.prefix { $0 != " " } } == ["warning", "notice"])
    }

    @Test func `what finds no room while CloudWatch is away is counted`() throws {
        let isAway = Atomic<Bool>(true)
        try CloudWatchStandIn.with { _, _ in
            isAway.load(ordering: .relaxed) ? .denied : .taken
        } _: { standIn, cloudWatch in
            var sender = sender(cloudWatch, keptIntervals: 3)
            for number in 1...5 { runInterval(number, of: &sender) }
            isAway.store(false, ordering: .relaxed)
            for number in 6...7 { runInterval(number, of: &sender) }
            #expect(standIn.taken.data("Hits").map(\.sum) == [4, 5, 6, 7])
            #expect(standIn.taken.sum("MetricsDropped") == 3)
        }
        #expect(log.lines.count { $0.hasPrefix("error metrics of an interval are lost") } == 3)
    }

    @Test(arguments: 1...8)
    func `an interval that CloudWatch refuses as it is goes, and holds up no other`(refused: Int) throws {
        let isAway = Atomic<Bool>(true)
        let refusedTime = time(refused)
        try CloudWatchStandIn.with { request, _ in
            if isAway.load(ordering: .relaxed) { return .denied }
            return request.MetricData.contains { $0.Timestamp == refusedTime } ? .invalid : .taken
        } _: { standIn, cloudWatch in
            var sender = sender(cloudWatch)
            for number in 1...7 { runInterval(number, of: &sender) }
            isAway.store(false, ordering: .relaxed)
            for number in 8...9 { runInterval(number, of: &sender) }
            #expect(
                standIn.taken.data("Hits").map(\.sum) == (1...9).filter { $0 != refused }.map(Double.init))
            #expect(standIn.taken.sum("MetricsDropped") == 1)
            #expect(sender.pending.batches.isEmpty)
        }
        #expect(log.lines.contains { $0.contains("InvalidParameterValue") })
    }

    @Test func `when CloudWatch refuses all, calls are bounded, and nothing is kept`() throws {
        let isAway = Atomic<Bool>(true)
        try CloudWatchStandIn.with { _, _ in
            isAway.load(ordering: .relaxed) ? .denied : .invalid
        } _: { standIn, cloudWatch in
            var sender = sender(cloudWatch, keptIntervals: 50)
            for number in 1...50 { runInterval(number, of: &sender) }
            isAway.store(false, ordering: .relaxed)
            let calls = standIn.calls
            runInterval(51, of: &sender)
            #expect(sender.pending.batches.isEmpty)
            #expect(standIn.calls - calls <= 150)
        }
    }

    @Test func `what is more than a request takes goes in several`() throws {
        for index in 0..<400 {
            CoreMetrics.Counter(label: "Many", dimensions: [("Index", "\(index)")], factory: registry)
                .increment()
        }
        let isAway = Atomic<Bool>(true)
        try CloudWatchStandIn.with { _, _ in
            isAway.load(ordering: .relaxed) ? .denied : .taken
        } _: { standIn, cloudWatch in
            var sender = sender(cloudWatch)
            for number in 1...4 { runInterval(number, of: &sender) }
            isAway.store(false, ordering: .relaxed)
            runInterval(5, of: &sender)
            #expect(standIn.taken.map(\.MetricData.count) == [806, 806, 403])
            #expect(standIn.taken.data("Many").count == 2000 && standIn.taken.sum("Many") == 400)
        }
    }

    @Test func `percentiles that CloudWatch makes are those of what was recorded`() throws {
        try CloudWatchStandIn.with { standIn, cloudWatch in
            var random = SplitMix64(seed: 7)
            let durations = (0..<1000).map { _ in Int.random(in: 100...900_000, using: &random) }
            for duration in durations {
                Timer(label: "Duration", factory: registry).recordMicroseconds(duration)
            }
            var sender = sender(cloudWatch)
            sender.collect(timestamp: time(1))
            sender.send(now: time(1), deadline: .now + .seconds(60))
            #expect(standIn.calls == 1)
            let data = standIn.taken.data("Duration")
            #expect(data.count > 1 && data.allSatisfy { $0.weighted.count <= 150 })
            let all = data.flatMap(\.weighted).flatMap { Array(repeating: $0.value, count: Int($0.count)) }
                .sorted()
            #expect(all.count == durations.count)
            for (found, exact) in zip(all, durations.sorted().map { Double($0) / 1000 }) {
                #expect(abs(found - exact) <= exact * BucketLayout.relativeError)
            }
        }
    }
}
