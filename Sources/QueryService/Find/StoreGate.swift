internal import AuditStores
internal import CoreMetrics
internal import Synchronization

/// Bounds how many threads wait on the store at once, so that a store that hangs leaves threads for cache
/// hits and health checks. Whoever does not get in is told at once.
final class StoreGate: Sendable {
    private let limit: Int
    private let shed: Counter
    private let inside = Atomic<Int>(0)
    private let health: StoreHealth

    /// A gate that lets `limit` threads in, counts in `shed` whom it does not, and notes in `health` what came of each read.
    init(limit: Int, shed: Counter, health: StoreHealth = StoreHealth(time: .system)) {
        self.limit = limit
        self.shed = shed
        self.health = health
    }

    /// How many threads are inside now.
    var waiting: Int { min(inside.load(ordering: .relaxed), limit) }

    /// Whether the store answered when it was read last.
    var isStoreWell: Bool { health.isAnswering }

    /// Reads the store if there is room, and notes whether it answered.
    ///
    /// - Throws: ``StoreError/Code/busy`` when there is none, or what `body` throws.
    func read(_ body: () throws(AnswerFailure) -> Answer) throws(AnswerFailure) -> Answer {
        try pass { () throws(AnswerFailure) in
            do throws(AnswerFailure) {
                let answer = try body()
                health.note(nil)
                return answer
            } catch {
                // That nobody can follow says nothing of its reads.
                if case .store(let failure) = error, failure.code != .unfollowed { health.note(failure) }
                throw error
            }
        }
    }

    /// Runs `body` if there is room; nil where there is none, which is not counted.
    func passUncounted<Value>(_ body: () -> Value) -> Value? {
        defer { inside.subtract(1, ordering: .relaxed) }
        return inside.add(1, ordering: .relaxed).newValue <= limit ? body() : nil
    }

    /// Runs `body` if there is room.
    ///
    /// - Throws: ``StoreError/Code/busy`` when there is none, or what `body` throws.
    func pass<Value>(_ body: () throws(AnswerFailure) -> Value) throws(AnswerFailure) -> Value {
        let result = passUncounted { Result { () throws(AnswerFailure) in try body() } }
        guard let result else {
            shed.increment()
            throw .store(
                StoreError(.busy, "\(limit) requests wait on the store already (worker.store-limit)"))
        }
        return try result.get()
    }
}
