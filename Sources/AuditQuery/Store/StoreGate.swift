internal import Synchronization

/// Bounds how many threads wait on the store at once, so that a store that hangs leaves threads for cache
/// hits and health checks. Whoever does not get in is told at once.
final class StoreGate: Sendable {
    private let limit: Int
    private let inside = Atomic<Int>(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Runs `body` if there is room.
    ///
    /// - Throws: ``StoreError/Code/busy`` when there is none, or what `body` throws.
    func pass<Value>(_ body: () throws(AnswerFailure) -> Value) throws(AnswerFailure) -> Value {
        defer { inside.subtract(1, ordering: .relaxed) }
        guard inside.add(1, ordering: .relaxed).newValue <= limit else {
            throw .store(
                StoreError(.busy, "\(limit) requests wait on the store already (worker.store-limit)"))
        }
        return try body()
    }
}
