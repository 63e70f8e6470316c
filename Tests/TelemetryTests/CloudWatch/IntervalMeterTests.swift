import QueryService
import CoreMetrics
@testable import Telemetry
import TestSupport
import Testing

@Suite struct IntervalMeterTests {
    @Test func `what intervals have adds up to what was recorded, whenever they are taken`() {
        forAll(cases: 50) { random in
            let registry = MetricRegistry([])
            var meter = IntervalMeter()
            var (recorded, counted, numbers) = (0, Int64(0), 0)
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                for _ in 0..<Int.random(in: 0...5, using: &random) {
                    let amount = Int.random(in: 0...9, using: &random)
                    recorded += amount
                    CoreMetrics.Counter(label: "Count", factory: registry).increment(by: amount)
                    Timer(label: "Duration", factory: registry).recordMilliseconds(amount)
                    Meter(label: "Gauge", factory: registry).set(amount)
                }
                let gauge = registry.snapshot().first { $0.key.name == "Gauge" }
                for sample in meter.advance(to: registry.snapshot()) {
                    switch sample.value {
                    case .count(let count): counted += count
                    case .distribution(let distribution): numbers += Int(distribution.sum)
                    case .gauge: try require(sample == gauge, "a gauge is \(sample.value)")
                    case .total: break
                    }
                }
            }
            try require(counted == Int64(recorded), "\(counted) of \(recorded)")
            try require(numbers == recorded, "\(numbers) ms of \(recorded)")
        }
    }

    @Test func `a counter that was reset has what it shows`() {
        let registry = MetricRegistry([])
        var meter = IntervalMeter()
        let counter = CoreMetrics.Counter(label: "Count", factory: registry)
        counter.increment(by: 10)
        _ = meter.advance(to: registry.snapshot())
        counter.reset()
        counter.increment(by: 3)
        #expect(meter.advance(to: registry.snapshot()).map(\.value) == [.count(3)])
    }
}
