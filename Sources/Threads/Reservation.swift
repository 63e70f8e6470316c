internal import Synchronization

/// Bytes of a gate, held until the last one lets go of this.
package final class Reservation: Sendable {
    private let gate: ByteGate
    private let state = Mutex(State())

    private struct State {
        var bytes = 0
        var isCounted = true
    }

    /// Holds nothing yet.
    package init(_ gate: ByteGate) {
        self.gate = gate
    }

    deinit {
        let state = state.withLock { $0 }
        if state.isCounted { gate.give(state.bytes) }
    }

    /// Whether it holds nothing.
    package var isEmpty: Bool { state.withLock { $0.bytes == 0 } }

    /// Holds so many bytes in all, if those that are missing are free.
    package func tryGrow(to bytes: Int) -> Bool {
        state.withLock { state in
            guard bytes > state.bytes else { return true }
            guard gate.tryTake(bytes - state.bytes) else { return false }
            state.bytes = bytes
            return true
        }
    }

    /// Gives back all that it holds, and waits for so many bytes.
    package func wait(for bytes: Int, until deadline: ContinuousClock.Instant) -> ByteGate.Admission {
        shrink(to: 0)
        let admission = gate.take(bytes, until: deadline)
        if admission == .admitted { state.withLock { $0.bytes = bytes } }
        return admission
    }

    /// Gives back what is more than so many bytes.
    package func shrink(to bytes: Int) {
        let surplus = state.withLock { state in
            let surplus = max(0, state.bytes - bytes)
            state.bytes -= surplus
            return surplus
        }
        if surplus > 0 { gate.give(surplus) }
    }

    /// Counts for nothing as long as another limit counts the same bytes, as a cache's does.
    package func setCounted(_ isCounted: Bool) {
        let bytes = state.withLock { state in
            guard state.isCounted != isCounted else { return 0 }
            state.isCounted = isCounted
            return state.bytes
        }
        if isCounted { gate.count(bytes) } else { gate.give(bytes) }
    }
}
