internal import Glibc
internal import Synchronization

/// A walk through very many rows of a store, whose thread lets others go first that want a processor: a hit, which takes microseconds, is
/// not to wait for a count of millions.
///
/// From when the walk is long, so that a quick answer pays nothing for it, the thread's policy is SCHED_IDLE: until ``end()``, or until it
/// has waited for others for a second in all. It holds a connection to its store, for which others may wait, and so is not to be held up
/// for long where processors are busy all the time. To come back takes a right: it is tried once, beside the first walk, and where none
/// may come back, none goes.
package final class Walk {
    /// A walk is long after so many rows, some 8 ms of a processor.
    package static let longFrom = 16_384
    /// Between two looks at how long it has waited: half a millisecond.
    static let rowsBetweenLooks = 1024

    private var rows = 0
    private var nextLook = longFrom
    private var beganBehind: Times?
    private let mayBeBehind: Bool
    private let patience: Duration

    /// A walk of no rows yet.
    package convenience init() { self.init(mayBeBehind: true) }

    init(mayBeBehind: Bool = true, patience: Duration = .seconds(1)) {
        (self.mayBeBehind, self.patience) = (mayBeBehind, patience)
    }

    deinit { end() }

    /// Notes so many rows more. Costs two system calls where the walk becomes long, then one each ``rowsBetweenLooks``, and else nothing.
    package func pass(_ count: Int) {
        rows += count
        guard rows >= nextLook else { return }
        nextLook = rows + Self.rowsBetweenLooks
        guard let beganBehind else { return goBehind() }
        guard Times.now.waited(since: beganBehind) >= patience else { return }
        comeBack()
        nextLook = .max
    }

    /// Ends the walk, on the thread that has passed the rows, which is what it was before. Does nothing when it is called again.
    package func end() {
        (rows, nextLook) = (0, Self.longFrom)
        comeBack()
    }

    private func goBehind() {
        // Until it is known, it is looked at again a little further on.
        guard let comesBack = Self.firstAnswer ?? SchedulingPolicy.comesBack.value else { return }
        // Whoever is idle already stays so, as a walk within another one does.
        guard mayBeBehind, comesBack, !Self.isForbidden.load(ordering: .relaxed),
            SchedulingPolicy.current == .usual, SchedulingPolicy.set(.idle)
        else {
            nextLook = .max
            return
        }
        beganBehind = .now
    }

    private func comeBack() {
        guard beganBehind != nil else { return }
        beganBehind = nil
        // A limit may have been taken away since it was tried: no other thread is to stay behind.
        if !SchedulingPolicy.set(.usual) { Self.isForbidden.store(true, ordering: .relaxed) }
    }

    /// Whether threads come back, waited for once: as a rule it is known in a fraction of a millisecond.
    private static let firstAnswer = SchedulingPolicy.comesBack.wait(within: .milliseconds(100))

    /// Whether a thread did not come back.
    private static let isForbidden = Atomic(false)
}

/// A thread's own two clocks: of the wall, and of what it has had of a processor (CLOCK_THREAD_CPUTIME_ID, clock_gettime(3)).
private struct Times {
    let wall: ContinuousClock.Instant
    let processor: Duration

    static var now: Times {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Times(wall: .now, processor: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    }

    func waited(since start: Times) -> Duration { wall - start.wall - (processor - start.processor) }
}
