internal import CoreMetrics
internal import Synchronization

/// A timer: two atomic additions a record.
final class TimerCell: TimerHandler {
    private let buckets = Buckets(.milliseconds)
    private let nanoseconds = Atomic<Int64>(0)

    func recordNanoseconds(_ duration: Int64) {
        let duration = max(0, duration)
        buckets.add(Double(duration) / 1_000_000)
        nanoseconds.wrappingAdd(duration, ordering: .relaxed)
    }

    var value: Distribution {
        Distribution(
            layout: buckets.layout, counts: buckets.reading,
            sum: Double(nanoseconds.load(ordering: .relaxed)) / 1_000_000)
    }
}
