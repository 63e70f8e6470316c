import AWS
import QueryService
@testable import Telemetry
import TestSupport
import Testing

@Suite struct MetricDataTests {
    private func data(
        _ value: MetricSample.Value, unit: MetricUnit = .count, dimensions: [(String, String)] = []
    ) -> [MetricDatum] {
        MetricSample(
            key: MetricKey("Name", dimensions),
            description: MetricDescription(name: "Name", unit: unit, help: ""), value: value
        ).data(at: 60, dimensions: [.init(name: "Environment", value: "dev")])
    }

    @Test func `a count of zero is published, a distribution of nothing is not`() {
        #expect(data(.count(0)).map(\.value) == [.single(0)])
        #expect(data(.total(0)).map(\.value) == [.single(0)])
        #expect(data(.distribution(TimerCell().value)).isEmpty)
    }

    @Test func `a metric's own dimensions come after those of all, and empty ones not at all`() {
        let data = data(.count(1), unit: .bytes, dimensions: [("StoreRegion", "eu-west-1"), ("Empty", "")])
        #expect(
            data[0].dimensions == [
                .init(name: "Environment", value: "dev"), .init(name: "StoreRegion", value: "eu-west-1"),
            ])
        #expect(data[0].unit == .bytes && data[0].timestamp == 60)
    }

    @Test func `what CloudWatch would refuse is left out`() {
        for number in [1e109, -1e109] {
            #expect(data(.gauge(number)).isEmpty && data(.total(number)).isEmpty)
        }
        #expect(data(.gauge(1e108)).count == 1)
    }

    @Test func `a distribution is split at 150 values, and nothing of it is lost`() {
        forAll(cases: 50) { random in
            let cell = TimerCell()
            for _ in 0..<Int.random(in: 1...2000, using: &random) {
                let most = Int64(1) << Int64.random(in: 12...36, using: &random)
                cell.recordNanoseconds(.random(in: 1000...most, using: &random))
            }
            var split: [(Double, Int)] = []
            for datum in data(.distribution(cell.value), unit: .milliseconds) {
                guard case .distribution(let values, let counts) = datum.value else { continue }
                try require((1...150).contains(values.count), "\(values.count) values")
                split += zip(values, counts).map { ($0, Int($1)) }
            }
            try require(split.elementsEqual(cell.value.values, by: ==), "other values")
        }
    }
}
