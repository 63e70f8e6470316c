internal import Threads

/// Requests that wait for a thread. Of those that may take long as many begin as there are threads but one: that one looks out and answers
/// hits, however long all others are at work.
extension Connections {
    /// What becomes of a request that is to be put off.
    enum Delay {
        /// It waits, and is no more its thread's.
        case waits
        /// It is to be answered now: a thread has become free, or another one looks out.
        case none
        /// It is to be refused.
        case full
    }

    /// So many wait at most, as many as nginx lets in from one address.
    private static let most = 1024
    /// With so many bytes.
    private static let mostBytes = 16 << 20

    /// Puts a request off, unless its thread may answer it.
    func delay(_ request: DelayedRequest, of turn: Turn) -> Delay {
        state.withLock { state in
            guard state.current?.number == turn.number, state.free == 0, !turn.mayTakeTime else {
                return .none
            }
            let bytes = state.delayedBytes + request.putOff.byteCount
            guard state.delayed.count < Self.most, bytes <= Self.mostBytes else { return .full }
            // Who answers it gives the connection back, perhaps before this turn has ended.
            forget(turn.connection, &state)
            state.new.remove(turn.connection)
            state.delayed.append(request)
            state.delayedBytes = bytes
            return .waits
        }
    }

    /// The next request that waits, for a thread that does not look out; nil where there is none: from then on the thread is free.
    func nextDelayed() -> DelayedRequest? {
        state.withLock { state in
            guard !state.delayed.isEmpty else {
                state.free += 1
                return nil
            }
            let request = state.delayed.removeFirst()
            state.delayedBytes -= request.putOff.byteCount
            return request
        }
    }

    /// Notes that a thread that was free looks out.
    func beginLookingOut() { state.withLock { $0.free -= 1 } }

    /// How many wait, and for how long the first one has.
    var delayed: (count: Int, longest: Duration?) {
        state.withLock { state in (state.delayed.count, state.delayed.first.map { .now - $0.since }) }
    }
}
