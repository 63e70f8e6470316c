@testable import AuditQuery
import Synchronization
import TestSupport
import Testing

@Suite struct FlightsTests {
    private let flights = Flights()
    private let key = CacheKey(.batch([[1]]), policy: .unrestricted)
    private let answer = Answer(body: [1, 2, 3], recordCount: 0, lifetime: .seconds(1), made: .now)
    private let later = ContinuousClock.now + .seconds(60)

    /// Who came: what an answer's body was, or why there was none.
    private typealias Outcome = Result<(answer: Answer, isShared: Bool), AnswerFailure>

    /// As many askers as said, of whom the first one reads; the others come while it does.
    private func ask(_ count: Int, _ read: @escaping @Sendable (Int) throws(AnswerFailure) -> Answer)
        -> [Outcome]
    {
        let reads = Counter()
        let outcomes = Mutex<[Outcome]>([])
        let askers = Mutex<[String]>([])
        let (flights, key, later) = (flights, key, later)
        onThreads(count) { _ in
            askers.withLock { $0.append(currentThread()) }
            let outcome = Outcome { () throws(AnswerFailure) in
                try flights.answer(for: key, deadline: later) { () throws(AnswerFailure) in
                    let number = reads.add()
                    // The first one reads until all the others wait for it.
                    let own = currentThread()
                    if number == 1 {
                        let all = eventually {
                            let others = askers.withLock { $0.filter { $0 != own } }
                            return others.count == count - 1 && others.allSatisfy(isAsleep)
                        }
                        #expect(all)
                    }
                    return try read(number)
                }
            }
            outcomes.withLock { $0.append(outcome) }
        }
        return outcomes.withLock { $0 }
    }

    @Test func `Threads that ask the same at one time share one read`() {
        let reads = Counter()
        let answer = answer
        let outcomes = ask(16) { _ in
            reads.add()
            return answer
        }
        #expect(reads.value == 1)
        #expect(outcomes.allSatisfy { (try? $0.get().answer.body) == [1, 2, 3] })
        #expect(outcomes.count { (try? $0.get().isShared) == false } == 1)
    }

    @Test func `A store's failure is everybody's`() {
        let reads = Counter()
        let outcomes = ask(8) { _ throws(AnswerFailure) in
            reads.add()
            throw .store(StoreError(.unavailable, "down"))
        }
        #expect(reads.value == 1)
        for outcome in outcomes {
            guard case .failure(.store(let error)) = outcome else {
                Issue.record("an answer where there is none")
                continue
            }
            #expect(error.code == .unavailable)
        }
    }

    @Test func `When the one who reads runs out of time, another one with time left reads itself`() {
        let answer = answer
        let outcomes = ask(8) { number throws(AnswerFailure) in
            if number == 1 { throw .store(StoreError(.deadline, "out of time")) }
            return answer
        }
        #expect(outcomes.count { (try? $0.get()) != nil } == 7)
    }

    @Test func `Who waits longer than the deadline is told so, and the flight goes on`() throws {
        let barrier = Barrier()
        let (flights, key, later, answer) = (flights, key, later, answer)
        let leader = Running {
            try? flights.answer(for: key, deadline: later) { () throws(AnswerFailure) in
                barrier.wait()
                return answer
            }.answer.body
        }
        #expect(eventually { barrier.arrived == 1 })
        let failure = #expect(throws: AnswerFailure.self) {
            try flights.answer(for: key, deadline: .now + .milliseconds(5)) { () throws(AnswerFailure) in
                answer
            }
        }
        #expect(failure?.isDeadline == true)
        barrier.open()
        #expect(leader.result() == [1, 2, 3])
    }

    @Test func `Different questions do not wait for each other, and a landed flight is over`() throws {
        let barrier = Barrier()
        let (flights, key, later, answer) = (flights, key, later, answer)
        let leader = Running {
            try? flights.answer(for: key, deadline: later) { () throws(AnswerFailure) in
                barrier.wait()
                return answer
            }.answer.body
        }
        #expect(eventually { barrier.arrived == 1 })
        let other = CacheKey(.batch([[2]]), policy: .unrestricted)
        #expect(
            try !flights.answer(for: other, deadline: later) { () throws(AnswerFailure) in answer }.isShared)
        barrier.open()
        #expect(leader.result() == [1, 2, 3])
        #expect(
            try !flights.answer(for: key, deadline: later) { () throws(AnswerFailure) in answer }.isShared)
    }
}
