import CoreMetrics
import Synchronization
@testable import Telemetry
import TestSupport
import Testing

@Suite struct MetricRegistryTests {
    private let registry = MetricRegistry([
        MetricDescription(name: "Hits", help: "answers from the cache"),
        MetricDescription(name: "Duration", unit: .milliseconds, help: "how long"),
    ])

    private func value(_ name: String, in registry: MetricRegistry? = nil) -> MetricSample.Value? {
        (registry ?? self.registry).snapshot().first { $0.key.name == name }?.value
    }

    @Test func `the same label and dimensions in any order are the same metric`() {
        let dimensions = [("B", "2"), ("A", "1")]
        CoreMetrics.Counter(label: "Hits", dimensions: dimensions, factory: registry).increment(by: 2)
        CoreMetrics.Counter(label: "Hits", dimensions: dimensions.reversed(), factory: registry).increment()
        CoreMetrics.Counter(label: "Hits", factory: registry).increment(by: 5)
        let samples = registry.snapshot()
        #expect(samples.map(\.value) == [.count(5), .count(3)])
        #expect(samples.map(\.description.help) == ["answers from the cache", "answers from the cache"])
        #expect(samples[1].key.dimensions.map(\.name) == ["A", "B"])
    }

    @Test func `each kind keeps what it was given`() throws {
        let capacity = FloatingPointCounter(label: "Capacity", factory: registry)
        capacity.increment(by: 0.5)
        capacity.increment(by: 2.25)
        #expect(value("Capacity") == .total(2.75))
        let meter = Meter(label: "Busy", factory: registry)
        meter.set(7)
        meter.increment()
        meter.decrement(by: 3.0)
        #expect(value("Busy") == .gauge(5))
        Gauge(label: "Bytes", factory: registry).record(12)
        #expect(value("Bytes") == .gauge(12))
        Timer(label: "Duration", factory: registry).recordMilliseconds(250)
        Recorder(label: "Sizes", factory: registry).record(1024)
        for (name, number) in [("Duration", 250.0), ("Sizes", 1024)] {
            guard case .distribution(let distribution) = value(name) else { throw Failure("no distribution") }
            #expect(distribution.count == 1 && distribution.sum == number)
            let median = try #require(distribution.percentile(0.5))
            #expect(abs(median - number) <= number * BucketLayout.relativeError)
        }
    }

    @Test func `what is no number is not counted`() {
        let capacity = FloatingPointCounter(label: "Capacity", factory: registry)
        let meter = Meter(label: "Busy", factory: registry)
        let recorder = Recorder(label: "Sizes", factory: registry)
        for number in [Double.nan, .infinity, -.infinity] {
            capacity.increment(by: number)
            meter.set(number)
            meter.increment(by: number)
            recorder.record(number)
        }
        #expect(value("Capacity") == .total(0))
        #expect(value("Busy") == .gauge(0))
        #expect(value("Sizes") == .distribution(RecorderCell().value))
    }

    @Test func `gauges are refreshed before a snapshot, and may record themselves`() {
        let meter = Meter(label: "Entries", factory: registry)
        let looks = Atomic<Int>(0)
        registry.onSnapshot { meter.set(looks.add(1, ordering: .relaxed).newValue) }
        #expect(value("Entries") == .gauge(1))
        #expect(value("Entries") == .gauge(2))
    }

    @Test func `a metric that is destroyed stays`() {
        let counter = CoreMetrics.Counter(label: "Hits", factory: registry)
        counter.increment(by: 4)
        counter.destroy()
        CoreMetrics.Counter(label: "Hits", factory: registry).increment()
        #expect(value("Hits") == .count(5))
    }

    @Test func `there are so many metrics and no more`() {
        for index in 0..<MetricRegistry.maximumMetricCount + 10 {
            CoreMetrics.Counter(label: "Hits", dimensions: [("N", "\(index)")], factory: registry).increment()
        }
        #expect(registry.snapshot().count == MetricRegistry.maximumMetricCount)
    }

    @Test func `snapshots taken while threads record add up to what was recorded`() {
        let counter = CoreMetrics.Counter(label: "Hits", factory: registry)
        let capacity = FloatingPointCounter(label: "Capacity", factory: registry)
        let timer = Timer(label: "Duration", factory: registry)
        let recording = Atomic<Int>(4)
        let seen = Mutex<[[MetricSample]]>([])
        let registry = registry
        let isSeen = Barrier()
        onThreads(5) { thread in
            guard thread > 0 else {
                while recording.load(ordering: .relaxed) > 0 {
                    let snapshot = registry.snapshot()
                    seen.withLock { $0.append(snapshot) }
                    isSeen.open()
                }
                return
            }
            for index in 0..<20_000 {
                // Whoever looks may come late.
                if index == 10_000 { isSeen.wait() }
                counter.increment(by: thread)
                capacity.increment(by: 0.5)
                timer.recordMicroseconds(1 + index % 5000)
            }
            recording.subtract(1, ordering: .relaxed)
        }
        let snapshots = seen.withLock { $0 } + [registry.snapshot()]
        var counts: Int64 = 0
        var totals = 0.0
        var durations = TimerCell().value
        var previous: [MetricKey: MetricSample.Value] = [:]
        for sample in snapshots.joined() {
            switch (sample.value, previous.updateValue(sample.value, forKey: sample.key)) {
            case (.count(let now), .count(let before)?): counts += now - before
            case (.count(let now), _): counts += now
            case (.total(let now), .total(let before)?): totals += now - before
            case (.total(let now), _): totals += now
            case (.distribution(let now), .distribution(let before)?):
                #expect(now.since(before).values.allSatisfy { $0.count > 0 })
                durations = durations.adding(now.since(before))
            case (.distribution(let now), _): durations = now
            default: Issue.record("an unknown metric")
            }
        }
        #expect(counts == 20_000 * 10)
        #expect(totals == 40_000)
        #expect(durations.count == 80_000)
        #expect(abs(durations.sum - 80_000 * 2.5005) < 0.01)
        #expect(snapshots.count > 1)
    }
}
