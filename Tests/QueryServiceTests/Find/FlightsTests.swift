@testable import QueryService
import CoreMetrics
import Synchronization
import TestSupport
import Testing
@testable import AuditStores

@Suite struct FlightsTests {
    private let gate = StoreGate(limit: 2, shed: .init(label: "shed", factory: NOOPMetricsHandler.instance))
    private let flights: Flights
    private let key = CacheKey(.batch([[1]]), policy: .unrestricted)
    private let answer = Answer(body: [1, 2, 3], recordCount: 0, lifetime: .seconds(1), made: .now)
    private let later = ContinuousClock.now + .seconds(60)

    init() {
        flights = Flights(gate: gate, crowdTime: .seconds(20))
    }

    /// Who came: what an answer's body was, or why there was none.
    private typealias Outcome = Result<(answer: Answer, isShared: Bool), AnswerFailure>

    /// As many askers as said, of whom the first one reads; the others come while it does. The same is seen to with each
    /// further read up to `crowded`: all who still ask wait for it. All of them must be done long before their deadline:
    /// who was forgotten would wait until then.
    private func ask(
        _ count: Int, crowded: Int = 1, sourceLocation: SourceLocation = #_sourceLocation,
        _ read: @escaping @Sendable (Int) throws(AnswerFailure) -> Answer
    ) -> [Outcome] {
        let reads = Counter()
        let outcomes = Mutex<[Outcome]>([])
        let askers = Mutex<[String]>([])
        let (flights, key, later) = (flights, key, later)
        for _ in 0..<count {
            _ = Running {
                askers.withLock { $0.append(currentThread()) }
                let outcome = Outcome { () throws(AnswerFailure) in
                    try flights.answer(for: key, deadline: later) { () throws(AnswerFailure) in
                        let number = reads.add()
                        // This one reads until all the others wait for it.
                        let own = currentThread()
                        if number <= crowded {
                            let all = eventually {
                                let others = askers.withLock { $0.filter { $0 != own } }
                                return others.count == count - number && others.allSatisfy(isAsleep)
                            }
                            #expect(all)
                        }
                        return try read(number)
                    }
                }
                outcomes.withLock { $0.append(outcome) }
                let own = currentThread()
                askers.withLock { $0.removeAll { $0 == own } }
            }
        }
        let areDone = eventually { outcomes.withLock { $0.count } == count }
        #expect(areDone, "somebody still waits", sourceLocation: sourceLocation)
        return outcomes.withLock { $0 }
    }

    @Test func `threads that ask the same at one time share one read`() {
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

    @Test(arguments: [StoreError.Code.unavailable, .busy])
    func `a store's failure is the reader's alone when the next try succeeds`(_ code: StoreError.Code) {
        let answer = answer
        let outcomes = ask(8) { number throws(AnswerFailure) in
            if number == 1 { throw .store(StoreError(code, "down")) }
            return answer
        }
        #expect(outcomes.count { (try? $0.get().answer.body) == [1, 2, 3] } == 7)
    }

    @Test func `a store that goes on failing is tried once more by those who waited, and fails them all`() {
        let reads = Counter()
        let outcomes = ask(8) { _ throws(AnswerFailure) in
            reads.add()
            throw .store(StoreError(.unavailable, "down"))
        }
        #expect((2...8).contains(reads.value), "nobody reads twice")
        for outcome in outcomes {
            guard case .failure(.store(let error)) = outcome else {
                Issue.record("an answer where there is none")
                continue
            }
            #expect(error.code == .unavailable)
        }
    }

    @Test func `what cannot be made into an answer is not read again`() {
        let reads = Counter()
        let outcomes = ask(8) { _ throws(AnswerFailure) in
            reads.add()
            throw .fault("broken")
        }
        #expect(reads.value == 1)
        #expect(outcomes.allSatisfy { (try? $0.get()) == nil })
    }

    /// What a second asker gets while the first one's read hangs: it is refused, or it waits and shares.
    private func second(_ flights: Flights, isRefused: Bool = false) -> Outcome? {
        let barrier = Barrier()
        let (gate, key, later, answer) = (gate, key, later, answer)
        let leader = Running {
            try? flights.answer(for: key, deadline: later) { () throws(AnswerFailure) in
                try gate.read { () throws(AnswerFailure) in
                    barrier.wait()
                    return answer
                }
            }.answer.body
        }
        #expect(eventually { barrier.arrived == 1 })
        let thread = Mutex<String?>(nil)
        let waiter = Running {
            thread.withLock { $0 = currentThread() }
            return Outcome { () throws(AnswerFailure) in
                try flights.answer(for: key, deadline: later) { () throws(AnswerFailure) in answer }
            }
        }
        if isRefused {
            _ = waiter.result()
        } else {
            #expect(eventually { thread.withLock { $0 }.map(isAsleep) ?? false })
        }
        barrier.open()
        #expect(leader.result() == [1, 2, 3])
        return waiter.result()
    }

    @Test func `who waits for long counts at the gate, and is refused when that is full`() throws {
        let flights = Flights(gate: gate, crowdTime: .milliseconds(10))
        #expect(try second(flights)?.get().isShared == true, "there is room for one more")
        // Somebody else's read takes the other place.
        let outcome = try gate.pass { () throws(AnswerFailure) in second(flights, isRefused: true) }
        #expect(outcome?.isBusy == true)
    }

    @Test func `while the store answers, a crowd may wait at a full gate; when it failed last, nobody may`()
        throws
    {
        let outcome = try gate.pass { () throws(AnswerFailure) in second(flights) }
        #expect(try outcome?.get().isShared == true)
        #expect(throws: AnswerFailure.self) {
            try gate.read { () throws(AnswerFailure) in throw .store(StoreError(.deadline, "hung")) }
        }
        let refused = try gate.pass { () throws(AnswerFailure) in second(flights, isRefused: true) }
        #expect(refused?.isBusy == true)
        // The read of `second` succeeded meanwhile.
        let again = try gate.pass { () throws(AnswerFailure) in second(flights) }
        #expect(try again?.get().isShared == true)
    }

    @Test func `when the one who reads runs out of time, another one with time left reads itself`() {
        let answer = answer
        let outcomes = ask(8) { number throws(AnswerFailure) in
            if number == 1 { throw .store(StoreError(.deadline, "out of time")) }
            return answer
        }
        #expect(outcomes.count { (try? $0.get()) != nil } == 7)
    }

    @Test func `who waits has as many tries as its time allows, however many run out of theirs`() {
        let answer = answer
        let outcomes = ask(8, crowded: 3) { number throws(AnswerFailure) in
            if number <= 3 { throw .store(StoreError(.deadline, "out of time")) }
            return answer
        }
        #expect(outcomes.count { (try? $0.get().answer.body) == [1, 2, 3] } == 5)
    }

    @Test func `who waits longer than the deadline is told so, and the flight goes on`() throws {
        let barrier = Barrier()
        let (flights, key, later, answer) = (flights, key, later, answer)
        let leader = Running {
            try? flights.answer(for: key, deadline: later) { () throws(AnswerFailure) in
                barrier.wait()
                return answer
            }.answer.body
        }
        defer { barrier.open() }
        #expect(eventually { barrier.arrived == 1 })
        let waiter = Running {
            Outcome { () throws(AnswerFailure) in
                try flights.answer(for: key, deadline: .now + .milliseconds(5)) { () throws(AnswerFailure) in
                    answer
                }
            }
        }
        // The flight has not landed, so nothing but the deadline ends this.
        guard case .failure(let failure) = try #require(waiter.result(), "it waits on") else {
            Issue.record("an answer that has not been read")
            return
        }
        #expect(failure.isDeadline)
        barrier.open()
        #expect(leader.result() == [1, 2, 3])
    }

    @Test func `different questions do not wait for each other, and a landed flight is over`() throws {
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

extension Result where Success == (answer: Answer, isShared: Bool), Failure == AnswerFailure {
    fileprivate var isBusy: Bool {
        if case .failure(.store(let error)) = self { error.code == .busy } else { false }
    }
}
