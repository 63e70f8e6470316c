internal import AuditStores
internal import Threads

/// Lets equal questions that miss the cache at one time share one read of the store: the first one reads, the
/// others wait for what it brings.
final class Flights: Sendable {
    private let open = Locked<[CacheKey: Flight]>([:])
    private let gate: StoreGate
    private let crowdTime: Duration

    /// Flights behind a gate.
    ///
    /// - Parameters:
    ///   - gate: where those count who wait for long.
    ///   - crowdTime: how long others may wait for a read without counting among the threads that wait on the
    ///     store, while that answers: a crowd that asks the same is served by one read, and a read that hangs holds
    ///     the crowd no longer.
    init(gate: StoreGate, crowdTime: Duration = .seconds(1)) {
        self.gate = gate
        self.crowdTime = crowdTime
    }

    /// Runs `read`, or waits for an equal question that runs it now, at most until `deadline`.
    ///
    /// Another's failure is not the waiter's where a further try may succeed: a leader that ran out of its own time
    /// says nothing about the store, so a waiter tries while it has time left; after any other failure that may pass
    /// it tries once more, which those who waited with it share again.
    ///
    /// - Returns: the answer and whether it came from another's read.
    /// - Throws: ``StoreError/Code/busy`` too, when the read takes long and there is no room to wait for it.
    func answer(
        for key: CacheKey, deadline: ContinuousClock.Instant, read: () throws(AnswerFailure) -> Answer
    ) throws(AnswerFailure) -> (answer: Answer, isShared: Bool) {
        var mayTryAgain = true
        while true {
            let (flight, isLeader) = join(key)
            if isLeader { return (try lead(flight, key, read), false) }
            switch try wait(for: flight, until: deadline) {
            case .success(let answer): return (answer, true)
            case .failure(let failure) where failure.isDeadline && .now < deadline: continue
            case .failure(let failure) where failure.mayPass && mayTryAgain: mayTryAgain = false
            case .failure(let failure): throw failure
            case nil:
                throw .store(StoreError(.deadline, "an equal question's read of the store took too long"))
            }
        }
    }

    private func wait(
        for flight: Flight, until deadline: ContinuousClock.Instant
    ) throws(AnswerFailure) -> Result<Answer, AnswerFailure>? {
        if gate.isStoreWell, let result = flight.wait(until: min(deadline, flight.start + crowdTime)) {
            return result
        }
        guard .now < deadline else { return nil }
        return try gate.pass { () throws(AnswerFailure) in flight.wait(until: deadline) }
    }

    private func join(_ key: CacheKey) -> (flight: Flight, isLeader: Bool) {
        open.withLock { open in
            if let flight = open[key] { return (flight, false) }
            let flight = Flight()
            open[key] = flight
            return (flight, true)
        }
    }

    private func lead(
        _ flight: Flight, _ key: CacheKey, _ read: () throws(AnswerFailure) -> Answer
    ) throws(AnswerFailure) -> Answer {
        let result: Result<Answer, AnswerFailure>
        do throws(AnswerFailure) {
            result = .success(try read())
        } catch {
            result = .failure(error)
        }
        open.withLock { $0[key] = nil }
        flight.land(result)
        return try result.get()
    }
}

/// One read that is under way, and those who wait for it.
private struct Flight: Sendable {
    let start = ContinuousClock.now
    private let landed = Latch<Result<Answer, AnswerFailure>>()

    func land(_ result: Result<Answer, AnswerFailure>) { landed.set(result) }

    /// What the read brought, or nil when it had not by the deadline.
    func wait(until deadline: ContinuousClock.Instant) -> Result<Answer, AnswerFailure>? {
        landed.wait(within: deadline - .now)
    }
}
