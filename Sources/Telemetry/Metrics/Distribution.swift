/// How often numbers were recorded, counted in buckets.
package struct Distribution: Sendable, Equatable {
    /// How numbers fall into buckets.
    package let layout: BucketLayout
    /// The sum of all numbers, exact but for rounding.
    package private(set) var sum: Double
    private(set) var counts: [Int]

    init(layout: BucketLayout, counts: [Int], sum: Double) {
        self.layout = layout
        self.counts = counts
        self.sum = sum
    }

    /// How many numbers were recorded.
    package var count: Int { counts.reduce(0, +) }

    /// The number that a share of all, from 0 to 1, does not exceed: nearest rank, within
    /// ``BucketLayout/relativeError``. Nil when there are none.
    package func percentile(_ share: Double) -> Double? {
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var passed = 0
        for (index, count) in counts.enumerated() {
            passed += count
            if passed >= rank { return layout.middle(of: index) }
        }
        return nil
    }

    /// How many numbers are at most `bound`, which must be a bucket's bound.
    func count(upTo bound: Double) -> Int {
        counts[...layout.index(of: bound)].reduce(0, +)
    }

    /// The buckets that are not empty: the greatest number that each holds, and how many it does.
    var buckets: [(upTo: Double, count: Int)] {
        counts.enumerated().filter { $0.element > 0 }.map { (layout.upperBound(of: $0.offset), $0.element) }
    }

    /// A distribution of such buckets.
    init(layout: BucketLayout, buckets: [(upTo: Double, count: Int)], sum: Double) {
        var counts = [Int](repeating: 0, count: BucketLayout.bucketCount)
        for bucket in buckets { counts[layout.index(of: bucket.upTo)] += bucket.count }
        self.init(layout: layout, counts: counts, sum: sum)
    }

    /// What was recorded since an earlier reading of the same.
    package func since(_ earlier: Distribution) -> Distribution {
        Distribution(
            layout: layout, counts: zip(counts, earlier.counts).map { $0 - $1 }, sum: sum - earlier.sum)
    }

    /// The numbers that stand for buckets which are not empty, in order.
    var values: [(value: Double, count: Int)] {
        counts.enumerated().filter { $0.element > 0 }.map { (layout.middle(of: $0.offset), $0.element) }
    }
}
