public import Foundation

/// State behind a lock that many threads take often and hold for less than a microsecond.
///
/// Not `Synchronization.Mutex`: on Linux that is a futex with priority inheritance, which spins and then
/// hands itself to the longest waiter. On a hot lock with more threads than cores, each hand-over is a
/// context switch, and all threads move in step with them: cache hits fell to half of what they are with this
/// one, which whoever runs may take (docs/decisions/0009).
@usableFromInline package final class Locked<State>: @unchecked Sendable {
    // Unchecked, because the compiler cannot see that `state` is touched by `withLock` alone, under `lock`.
    @usableFromInline
    let lock = NSLock()
    @usableFromInline
    var state: State

    /// The state at first, which nobody else keeps.
    @inlinable
    package init(_ state: sending State) {
        self.state = state
    }

    /// Runs `body` with the state, which nobody else touches meanwhile. `body` may not call back into this.
    @inlinable
    package func withLock<Value, Failure: Error>(_ body: (inout State) throws(Failure) -> Value)
        throws(Failure)
        -> Value
    {
        lock.lock()
        defer { lock.unlock() }
        return try body(&state)
    }
}
