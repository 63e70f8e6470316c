import Foundation
import SQLiteRecords
import Synchronization
import Threads

/// The indexes of a store, as they were when they were last seen. A disk that does not answer holds up nobody who asks how a worker
/// is: one thread waits for it, and meanwhile what was seen before is told.
final class IndexObserver: Sendable {
    private struct State {
        var isLooking = false
        var seen: [IndexState]?
    }

    private static let patience = Duration.milliseconds(500)

    private let look: @Sendable () -> [IndexState]?
    private let state = Mutex(State())

    init(_ look: @escaping @Sendable () -> [IndexState]?) { self.look = look }

    /// Looks, and waits half a second for that at most. Nil where nothing was ever seen, or there are none to see.
    func indexes() -> [IndexState]? {
        let isAlone = state.withLock { state in
            defer { state.isLooking = true }
            return !state.isLooking
        }
        if isAlone {
            let latch = Latch<Bool>()
            Thread.detachNewThread { [self] in
                let seen = look()
                state.withLock { $0 = State(isLooking: false, seen: seen) }
                latch.set(true)
            }
            _ = latch.wait(within: Self.patience)
        }
        return state.withLock { $0.seen }
    }
}
