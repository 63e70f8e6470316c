import QueryService
import CoreMetrics
@testable import Telemetry
import TestSupport
import Testing
@testable import DemoData

@Suite struct DistributionTests {
    /// Durations in nanoseconds, of many sizes.
    private func durations(_ random: inout SplitMix64) -> [Int64] {
        (0..<Int.random(in: 1...300, using: &random)).map { _ in
            Int64.random(in: 1_000...(10_000 << Int64.random(in: 0...20, using: &random)), using: &random)
        }
    }

    private func distribution(of durations: [Int64]) -> Distribution {
        let cell = TimerCell()
        for duration in durations { cell.recordNanoseconds(duration) }
        return cell.value
    }

    @Test func `percentiles are those of the sorted numbers, within the stated error`() {
        forAll(cases: 200) { random in
            let durations = durations(&random)
            let distribution = distribution(of: durations)
            let sorted = durations.sorted().map { Double($0) / 1_000_000 }
            for share in [0, 0.01, 0.5, 0.9, 0.99, 1] {
                let rank = max(1, Int((share * Double(sorted.count)).rounded(.up)))
                let (exact, found) = (sorted[rank - 1], distribution.percentile(share) ?? .nan)
                try require(
                    abs(found - exact) <= exact * BucketLayout.relativeError
                        || exact < 0.002 && found <= exact,
                    "the \(share) percentile is \(exact), not \(found)")
            }
        }
    }

    @Test func `count and sum are exact, and the values stand for every number`() {
        forAll(cases: 200) { random in
            let durations = durations(&random)
            let distribution = distribution(of: durations)
            try require(distribution.count == durations.count, "\(distribution.count) numbers")
            let sum = Double(durations.reduce(0, +)) / 1_000_000
            try require(distribution.sum == sum, "the sum is \(sum), not \(distribution.sum)")
            let values = distribution.values
            try require(values.map(\.count).reduce(0, +) == durations.count, "values of other numbers")
            let valueSum = values.map { $0.value * Double($0.count) }.reduce(0, +)
            try require(
                abs(valueSum - sum) <= sum * BucketLayout.relativeError + 0.001 * Double(durations.count),
                "the values' sum is \(valueSum), not \(sum)")
        }
    }

    @Test func `what is recorded between two readings is their difference, and adding gives it back`() {
        forAll(cases: 100) { random in
            let (first, second) = (durations(&random), durations(&random))
            let (earlier, both) = (distribution(of: first), distribution(of: first + second))
            try require(
                both.since(earlier).values.elementsEqual(distribution(of: second).values, by: ==), "since")
            try require(
                earlier.adding(both.since(earlier)).values.elementsEqual(both.values, by: ==), "adding")
        }
    }

    @Test func `of no numbers there is no percentile`() {
        #expect(distribution(of: []).percentile(0.5) == nil)
        #expect(distribution(of: []).values.isEmpty)
    }
}
