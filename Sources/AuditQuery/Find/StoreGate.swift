internal import CoreMetrics
internal import Synchronization

/// Bounds how many threads wait on the store at once, so that a store that hangs leaves threads for cache
/// hits and health checks. Whoever does not get in is told at once.
final class StoreGate: Sendable {
    private let limit: Int
    private let shed: Counter
    private let inside = Atomic<Int>(0)
    private let lastReadSucceeded = Atomic<Bool>(true)

    /// A gate that lets `limit` threads in, and counts in `shed` whom it does not.
    init(limit: Int, shed: Counter) {
        self.limit = limit
        self.shed = shed
    }

    /// How many threads are inside now.
    var waiting: Int { min(inside.load(ordering: .relaxed), limit) }

    /// Whether the store answered when it was read last.
    var isStoreWell: Bool { lastReadSucceeded.load(ordering: .relaxed) }

    /// Reads the store if there is room, and notes whether it answered.
    ///
    /// - Throws: ``StoreError/Code/busy`` when there is none, or what `body` throws.
    func read(_ body: () throws(AnswerFailure) -> Answer) throws(AnswerFailure) -> Answer {
        try pass { () throws(AnswerFailure) in
            do throws(AnswerFailure) {
                let answer = try body()
                lastReadSucceeded.store(true, ordering: .relaxed)
                return answer
            } catch {
                if case .store = error { lastReadSucceeded.store(false, ordering: .relaxed) }
                throw error
            }
        }
    }

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
