import AWS
import QueryService
@testable import Telemetry
import TestSupport
import Testing
@testable import DemoData

@Suite struct PendingMetricsTests {
    /// Different data, the later the greater. Made once: encoding is what takes time.
    private static let pool = (0..<200).compactMap { index in
        EncodedMetricDatum(
            MetricDatum(
                name: "\(index)" + String(repeating: "x", count: index * 15), dimensions: [], timestamp: 0,
                unit: .count, value: .single(1)))
    }

    private func data(_ random: inout SplitMix64) -> [EncodedMetricDatum] {
        let greatest = Int.random(in: 1...200, using: &random)
        return (0..<Int.random(in: 1...1500, using: &random)).map { _ in
            Self.pool[Int.random(in: 0..<greatest, using: &random)]
        }
    }

    @Test func `requests hold every interval that was kept, in order and within the limits`() {
        forAll(cases: 60) { random in
            let capacity = Int.random(in: 1...8, using: &random)
            var pending = PendingMetrics(capacity: capacity)
            var model: [EncodedMetricDatum] = []
            var (batches, dropped) = (0, 0)
            for number in 0..<Int.random(in: 1...12, using: &random) {
                let data = data(&random)
                dropped += pending.add(data, timestamp: Int64(number))
                model += data
                batches = pending.batches.count
                try require(batches <= capacity, "\(batches) batches are kept of \(capacity)")
            }
            var sent: [EncodedMetricDatum] = []
            while !pending.batches.isEmpty {
                let request = pending.first(.max)
                let data = request.flatMap(\.data)
                try require((1...CloudWatch.maximumDatumCount).contains(data.count), "\(data.count) data")
                let byteCount = data.reduce(0) { $0 + $1.byteCount + 1 }
                try require(byteCount <= CloudWatch.maximumByteCount, "\(byteCount) bytes")
                if request.count < pending.batches.count {
                    let next = pending.batches[request.count]
                    try require(
                        data.count + next.data.count > CloudWatch.maximumDatumCount
                            || byteCount + next.byteCount > CloudWatch.maximumByteCount,
                        "a request has room for one more interval")
                }
                sent += data
                pending.removeFirst(request.count)
            }
            try require(sent == Array(model.suffix(sent.count)), "other data, or in another order")
            try require(dropped > 0 || sent.count == model.count, "data are lost, and nobody says so")
        }
    }

    @Test func `the oldest make room`() {
        var pending = PendingMetrics(capacity: 3)
        let dropped = (1...5).map { pending.add([Self.pool[$0]], timestamp: Int64($0)) }
        #expect(dropped == [0, 0, 0, 1, 1])
        #expect(pending.batches.map(\.timestamp) == [3, 4, 5])
        #expect(pending.batches.flatMap(\.data) == Array(Self.pool[3...5]))
    }

    @Test func `however many may be kept, their bytes are bounded`() {
        var pending = PendingMetrics(capacity: 1000)
        var dropped = 0
        for number in 0..<40 {
            dropped += pending.add(Array(repeating: Self.pool[60], count: 900), timestamp: Int64(number))
        }
        let kept = pending.batches.reduce(0) { $0 + $1.byteCount }
        #expect(kept <= PendingMetrics.maximumByteCount && kept > PendingMetrics.maximumByteCount - 1_000_000)
        #expect(dropped + pending.batches.count == 40)
    }

    @Test func `what CloudWatch takes no more is dropped, what is two weeks old and what is far ahead`() {
        let now: Int64 = 1_800_000_000
        var pending = PendingMetrics(capacity: 10)
        for age in [14 * 86400, 14 * 86400 - 3600, 0, -3600, -7200] as [Int64] {
            _ = pending.add([Self.pool[0]], timestamp: now - age)
        }
        #expect(pending.dropUntaken(at: now) == 2)
        #expect(pending.batches.map { now - $0.timestamp } == [14 * 86400 - 3600, 0, -3600])
    }
}
