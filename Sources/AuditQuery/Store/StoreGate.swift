internal import CoreMetrics
internal import Synchronization

/// Bounds how many threads wait on the store at once, so that a store that hangs leaves threads for cache
/// hits and health checks. Whoever does not get in is told at once.
final class StoreGate: Sendable {
    private let limit: Int
    private let shed: Counter
    private let inside = Atomic<Int>(0)

    /// A gate that lets `limit` threads in, and counts in `shed` whom it does not.
    init(limit: Int, shed: Counter) {
        self.limit = limit
        self.shed = shed
    }

    /// How many threads are inside now.
    var waiting: Int { min(inside.load(ordering: .relaxed), limit) }

    /// Runs `body` if there is room.
    ///
    /// - Throws: ``StoreError/Code/busy`` when there is none, or what `body` throws.
    func pass<Value>(_ body: () throws(AnswerFailure) -> Value) throws(AnswerFailure) -> Value {
        defer { inside.subtract(1, ordering: .relaxed) }
        guard inside.add(1, ordering: .relaxed).newValue <= limit else {
            shed.increment()
            throw .store(
                StoreError(.busy, "\(limit) requests wait on the store already (worker.store-limit)"))
        }
        return try body()
    }
}
