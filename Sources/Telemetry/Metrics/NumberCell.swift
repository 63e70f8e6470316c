internal import CoreMetrics
internal import Synchronization

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
