internal import Synchronization

/// A walk through very many rows, whose thread lets others go first that want a processor: a hit, which takes microseconds, is not to
/// wait for a count of millions.
///
/// From when the walk is long, so that a quick answer pays nothing for it, until ``end()`` the thread's policy is SCHED_IDLE. To come
/// back takes a right: that is tried once, and where none may come back, none goes.
package final class Walk {
    /// A walk is long after so many rows, some 8 ms of a processor.
    package static let longFrom = 16_384
    /// A record that is made takes as long as so many rows that are left out inside of a store.
    package static let rowsOfRecord = 16

    private var rows = 0
    private var isBehind = false
    private let mayBeBehind: Bool

    /// A walk of no rows yet.
    package convenience init() { self.init(mayBeBehind: true) }

    init(mayBeBehind: Bool) { self.mayBeBehind = mayBeBehind }

    deinit { end() }

    /// Notes so many rows more. Costs two system calls where the walk becomes long, and else nothing.
    package func pass(_ count: Int) {
        let isLong = rows >= Self.longFrom
        rows += count
        if !isLong, rows >= Self.longFrom, mayBeBehind { goBehind() }
    }

    /// Ends the walk, on the thread that has passed the rows, which is what it was before. Does nothing when it is called again.
    package func end() {
        rows = 0
        guard isBehind else { return }
        isBehind = false
        // A limit may have been taken away since it was tried: no other thread is to stay behind.
        if !SchedulingPolicy.set(.usual) { Self.mayComeBack.store(false, ordering: .relaxed) }
    }

    private func goBehind() {
        // Whoever is idle already stays so, as a walk within another one does.
        guard Self.isPermitted, SchedulingPolicy.current == .usual else { return }
        isBehind = SchedulingPolicy.set(.idle)
    }

    /// Whether threads may come back, as far as is known.
    private static let mayComeBack = Atomic<Bool>(SchedulingPolicy.comesBack())

    /// Whether a long walk lets others go first.
    static var isPermitted: Bool { mayComeBack.load(ordering: .relaxed) }
}
