internal import Glibc

/// What one thread does of that for which many wait at once: again and again it pauses, for requests come meanwhile that want a processor
/// for less than a millisecond, and are not to wait until all of it is done.
struct Stint {
    /// A few of those who wait are looked at in so long.
    static let longest = Duration.microseconds(125)
    /// With four threads half a processor is free at least. A thousand are still looked at in a quarter of a second.
    static let pause = Duration.milliseconds(1)

    private var busy = Duration.zero

    /// Does something, and pauses behind it where it is time to.
    mutating func pass(_ work: () -> Void) {
        let start = ContinuousClock.now
        work()
        if isOver(after: .now - start) { usleep(UInt32(Self.pause / .microseconds(1))) }
    }

    /// Whether it is time for a pause when so much more has been done; then it begins anew.
    mutating func isOver(after time: Duration) -> Bool {
        busy += time
        guard busy >= Self.longest else { return false }
        busy = .zero
        return true
    }
}
