internal import AuditStores
internal import Threads

/// Asks the store whether it answers, for all who want to know at the same time: one asks, a few wait for what it hears, and the rest is
/// told that nobody knows yet. A store that hangs so takes no more than a few threads, however often it is asked about.
final class SharedProbe: Sendable {
    /// So many wait for the one that asks.
    static let mostWaiting = 8

    private struct State {
        var answer: Latch<Result<Void, StoreError>>?
        var waiting = 0
    }

    private enum Part {
        case asks(Latch<Result<Void, StoreError>>)
        case waits(Latch<Result<Void, StoreError>>)
        case goes
    }

    private let state = Locked(State())

    /// Runs `ask`, or waits for another one's.
    ///
    /// - Throws: what the store answered; ``StoreError/Code/busy`` where too many wait for that.
    func run(_ ask: () throws(StoreError) -> Void) throws(StoreError) {
        switch part() {
        case .asks(let answer):
            let result = Result { () throws(StoreError) in try ask() }
            state.withLock { $0.answer = nil }
            answer.set(result)
            try result.get()
        case .waits(let answer):
            let result = answer.wait()
            state.withLock { $0.waiting -= 1 }
            try result.get()
        case .goes:
            throw StoreError(.busy, "the store is being asked whether it answers, and has not said so yet")
        }
    }

    private func part() -> Part {
        state.withLock { state in
            guard let answer = state.answer else {
                let answer = Latch<Result<Void, StoreError>>()
                state.answer = answer
                return .asks(answer)
            }
            guard state.waiting < Self.mostWaiting else { return .goes }
            state.waiting += 1
            return .waits(answer)
        }
    }
}
