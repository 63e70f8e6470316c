internal import Synchronization
import Tracing

/// Decides which requests are traced: the first ones of each second (the reservoir), and a share of the others, up to
/// a limit.
///
/// Costs a look at the clock and two atomic operations, and keeps no list of anything.
package final class TraceSampler: Sendable {
    private let reservoir: UInt64
    private let limit: UInt64
    private let threshold: UInt64?
    private let seconds: @Sendable () -> UInt64
    /// The second, and in the lowest 32 bits how many of its requests are traced.
    private let taken = Atomic<UInt64>(0)
    private let draws = Atomic<UInt64>(.random(in: 0...UInt64.max))

    /// A sampler.
    ///
    /// - Parameters:
    ///   - rate: The share of requests beyond the reservoir, from 0 to 1.
    ///   - reservoir: How many requests a second are traced whatever the rate. So rare ones are seen.
    ///   - limit: How many requests a second are traced at most, whatever the rate. So a flood costs no more.
    ///   - seconds: A clock's whole seconds. It may be set back.
    package init(
        rate: Double, reservoir: Int = 1, limit: Int = .max,
        seconds: @escaping @Sendable () -> UInt64 = {
            DefaultTracerClock.now.nanosecondsSinceEpoch / 1_000_000_000
        }
    ) {
        self.reservoir = UInt64(UInt32(clamping: reservoir))
        self.limit = UInt64(UInt32(clamping: limit))
        // Nil is always: 2^64 is one more than there is.
        threshold = rate >= 1 ? nil : rate > 0 ? UInt64(rate * 0x1p64) : 0
        self.seconds = seconds
    }

    func isSampled() -> Bool {
        let second = seconds() << 32
        let isDrawn = threshold.map { draw() < $0 } ?? true
        var old = taken.load(ordering: .relaxed)
        while true {
            let used = old & ~0xffff_ffff == second ? old & 0xffff_ffff : 0
            guard used < limit, used < reservoir || isDrawn else { return false }
            let (exchanged, found) = taken.weakCompareExchange(
                expected: old, desired: second | (used + 1), ordering: .relaxed)
            if exchanged { return true }
            old = found
        }
    }

    /// The next number of SplitMix64: not secret, which a sample need not be, and no lock.
    private func draw() -> UInt64 {
        var number = draws.wrappingAdd(0x9e37_79b9_7f4a_7c15, ordering: .relaxed).newValue
        number = (number ^ number >> 30) &* 0xbf58_476d_1ce4_e5b9
        number = (number ^ number >> 27) &* 0x94d0_49bb_1331_11eb
        return number ^ number >> 31
    }
}
