internal import CoreMetrics

/// A recorder that aggregates.
final class RecorderCell: RecorderHandler {
    private let buckets = Buckets(.amount)
    private let sum = NumberCell()

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        buckets.add(value)
        sum.increment(by: value)
    }

    var value: Distribution {
        Distribution(layout: buckets.layout, counts: buckets.reading, sum: sum.value)
    }
}
