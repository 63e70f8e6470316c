/// How a distribution's numbers fall into buckets: 64 of equal width in each octave (from one power of two to
/// the next), over 30 octaves.
///
/// The middle of a bucket is within 1/128 (0.8 %) of every number in it. A bucket holds its upper bound and not its
/// lower one, as OpenMetrics has it. Numbers up to the lowest bound are taken for 0, and those above the highest
/// for the highest.
package enum BucketLayout: Sendable {
    /// Milliseconds from 2^-10 (about 1 µs) to 2^20 (17 minutes).
    case milliseconds
    /// Amounts from 1 to 2^30.
    case amount

    private static let octaveCount = 30
    private static let bucketBits = 6
    /// Below the lowest bound, 64 an octave, above the highest.
    static let bucketCount = octaveCount << bucketBits + 2
    /// The greatest error of a bucket's middle, as a share of the number itself.
    package static let relativeError = 1.0 / Double(2 << bucketBits)

    private var lowestExponent: Int {
        switch self {
        case .milliseconds: -10
        case .amount: 0
        }
    }

    // A double is its exponent and then its fraction: its upper bits count the buckets.
    private var lowestStep: Int { (1023 + lowestExponent) << Self.bucketBits }

    /// The bucket of a number. What is no number is taken for 0.
    func index(of number: Double) -> Int {
        guard number > 0 else { return 0 }
        // One less, so that an upper bound is still below.
        let step = Int((number.bitPattern - 1) >> UInt64(52 - Self.bucketBits)) - lowestStep
        return min(max(step + 1, 0), Self.bucketCount - 1)
    }

    /// The greatest number in a bucket; of the last one infinity.
    func upperBound(of index: Int) -> Double {
        guard index < Self.bucketCount - 1 else { return .infinity }
        return Double(bitPattern: UInt64(lowestStep + index) << UInt64(52 - Self.bucketBits))
    }

    /// The number that stands for all in a bucket.
    func middle(of index: Int) -> Double {
        guard index > 0 else { return 0 }
        let lower = upperBound(of: index - 1)
        guard index < Self.bucketCount - 1 else { return lower }
        return (lower + upperBound(of: index)) / 2
    }
}
