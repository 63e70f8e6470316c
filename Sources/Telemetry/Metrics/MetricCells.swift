internal import CoreMetrics
internal import Synchronization

/// What keeps a metric's numbers.
enum MetricCell: Sendable {
    case counter(CounterCell)
    case floatingPointCounter(NumberCell)
    case gauge(NumberCell)
    case timer(TimerCell)
    case recorder(RecorderCell)

    var value: MetricSample.Value {
        switch self {
        case .counter(let cell): .count(cell.value)
        case .floatingPointCounter(let cell): .total(cell.value)
        case .gauge(let cell): .gauge(cell.value)
        case .timer(let cell): .distribution(cell.value)
        case .recorder(let cell): .distribution(cell.value)
        }
    }
}

/// A counter: one atomic.
final class CounterCell: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }
}

/// A number that is added to or set: a gauge, or a floating-point counter.
final class NumberCell: FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    private let number = Atomic<Double>(0)

    var value: Double { number.load(ordering: .relaxed) }

    /// Adds what is a number; another would make all later ones none.
    func increment(by amount: Double) {
        guard amount.isFinite else { return }
        var old = number.load(ordering: .relaxed)
        while true {
            let (exchanged, original) = number.weakCompareExchange(
                expected: old, desired: old + amount, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    func decrement(by amount: Double) { increment(by: -amount) }

    func set(_ value: Double) {
        guard value.isFinite else { return }
        number.store(value, ordering: .relaxed)
    }

    func set(_ value: Int64) { set(Double(value)) }

    func reset() { set(0.0) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }
}

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
