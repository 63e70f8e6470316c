import Foundation
import Synchronization
import Threads

/// Something on a disk, such as the indexes of a store, as it was when it was last seen. A disk that does not answer holds up nobody
/// who asks how a worker is: one thread waits for it, and meanwhile what was seen before is told.
final class PatientObserver<Seen: Sendable>: Sendable {
    private struct State {
        var isLooking = false
        var seen: Seen?
    }

    private let patience = Duration.milliseconds(500)

    private let look: @Sendable () -> Seen?
    private let state = Mutex(State())

    init(_ look: @escaping @Sendable () -> Seen?) { self.look = look }

    /// Looks, and waits half a second for that at most. Nil where nothing was ever seen, or there are none to see.
    func seen() -> Seen? {
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
            _ = latch.wait(within: patience)
        }
        return state.withLock { $0.seen }
    }
}
