import QueryService
@testable import Telemetry
import TestSupport
import Testing
@testable import DemoData

@Suite struct BucketLayoutTests {
    /// A number of any size that a layout tells apart.
    private func number(_ random: inout SplitMix64, _ layout: BucketLayout) -> Double {
        let exponent =
            switch layout {
            case .milliseconds: Int.random(in: -10..<20, using: &random)
            case .amount: Int.random(in: 0..<30, using: &random)
            }
        return Double(
            sign: .plus, exponent: exponent, significand: .random(in: 1.0000001...2, using: &random))
    }

    @Test(arguments: [BucketLayout.milliseconds, .amount])
    func `a bucket holds its number, and its middle is within the stated error`(layout: BucketLayout) {
        forAll(cases: 20_000) { random in
            let number = number(&random, layout)
            let index = layout.index(of: number)
            try require(number <= layout.upperBound(of: index), "\(number) is above bucket \(index)")
            try require(number > layout.upperBound(of: index - 1), "\(number) is below bucket \(index)")
            let error = abs(layout.middle(of: index) - number) / number
            try require(error <= BucketLayout.relativeError, "\(number) is off by \(error)")
        }
    }

    @Test(arguments: [BucketLayout.milliseconds, .amount])
    func `every upper bound is in its bucket, and the next number in the next`(layout: BucketLayout) {
        for index in 0..<BucketLayout.bucketCount - 1 {
            let bound = layout.upperBound(of: index)
            #expect(layout.index(of: bound) == index)
            #expect(layout.index(of: bound.nextUp) == index + 1)
        }
    }

    @Test(arguments: [BucketLayout.milliseconds, .amount])
    func `OpenMetrics' bounds are bounds of buckets`(layout: BucketLayout) {
        for bound in layout.expositionBounds {
            #expect(layout.upperBound(of: layout.index(of: bound)) == bound)
        }
    }

    @Test func `numbers outside are counted at the ends`() {
        let layout = BucketLayout.milliseconds
        for number in [0, -1, -.infinity, .nan, .leastNonzeroMagnitude, 1.0 / 1024] {
            #expect(layout.index(of: number) == 0)
        }
        for number in [1_048_577.0, .greatestFiniteMagnitude, .infinity] {
            #expect(layout.index(of: number) == BucketLayout.bucketCount - 1)
        }
        #expect(layout.middle(of: 0) == 0)
        #expect(layout.middle(of: BucketLayout.bucketCount - 1) == 1_048_576)
    }
}
