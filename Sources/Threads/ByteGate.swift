internal import Dispatch
internal import Synchronization

/// Bounds how many bytes many threads hold at once. Whoever finds too few free waits in line; nobody passes those who
/// wait, so that a large need is met too.
///
/// Free of deadlocks as long as whoever waits holds nothing of the gate: what others hold comes back without them.
package final class ByteGate: Sendable {
    /// How a wait ended.
    package enum Admission: Equatable {
        /// The bytes are the caller's until it gives them back.
        case admitted
        /// The deadline passed.
        case late
        /// As many wait already as may, or more was asked for than there is.
        case refused
    }

    /// All the bytes there are.
    let capacity: Int
    private let lineLimit: Int
    private let state: Mutex<State>

    private struct State {
        /// Below zero when more had to be counted than there was room for.
        var free: Int
        var line: [Waiter] = []

        mutating func admitFirst() {
            while let first = line.first, first.bytes <= free {
                free -= first.bytes
                line.removeFirst()
                first.isAdmitted.signal()
            }
        }
    }

    private final class Waiter: Sendable {
        let bytes: Int
        let isAdmitted = DispatchSemaphore(value: 0)

        init(bytes: Int) {
            self.bytes = bytes
        }
    }

    /// A gate of so many bytes, at which so many threads may wait.
    package init(capacity: Int, lineLimit: Int) {
        self.capacity = capacity
        self.lineLimit = lineLimit
        state = Mutex(State(free: capacity))
    }

    /// Bytes that are held now.
    package var held: Int { state.withLock { capacity - $0.free } }

    /// Threads that wait in line now.
    var waiting: Int { state.withLock { $0.line.count } }

    /// Takes bytes if they are free and nobody waits for some.
    func tryTake(_ bytes: Int) -> Bool {
        state.withLock { state in
            guard state.line.isEmpty, bytes <= state.free else { return false }
            state.free -= bytes
            return true
        }
    }

    /// Takes bytes, and waits in line for them until the deadline. To be called by who holds none.
    func take(_ bytes: Int, until deadline: ContinuousClock.Instant) -> Admission {
        guard bytes <= capacity else { return .refused }
        if tryTake(bytes) { return .admitted }
        let waiter = Waiter(bytes: bytes)
        let isInLine = state.withLock { state in
            guard state.line.count < lineLimit else { return false }
            state.line.append(waiter)
            state.admitFirst()
            return true
        }
        guard isInLine else { return .refused }
        return waiter.isAdmitted.wait(until: deadline) ? .admitted : leave(waiter)
    }

    /// Gives bytes back.
    func give(_ bytes: Int) {
        state.withLock { state in
            state.free += bytes
            state.admitFirst()
        }
    }

    /// Counts bytes that are there in any case, whether or not they are free.
    func count(_ bytes: Int) {
        state.withLock { $0.free -= bytes }
    }

    private func leave(_ waiter: Waiter) -> Admission {
        state.withLock { state in
            // Admitted between the end of the wait and this.
            guard let place = state.line.firstIndex(where: { $0 === waiter }) else { return .admitted }
            state.line.remove(at: place)
            state.admitFirst()
            return .late
        }
    }
}
