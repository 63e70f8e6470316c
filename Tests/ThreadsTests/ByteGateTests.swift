import Synchronization
import TestSupport
import Testing
@testable import Threads
@testable import DemoData

@Suite struct ByteGateTests {
    private func far() -> ContinuousClock.Instant { .now + .seconds(600) }

    @Test func `what is taken, given back and counted is what a model says`() {
        forAll(cases: 200) { random in
            let capacity = random.number(in: 1...100)
            let gate = ByteGate(capacity: capacity, lineLimit: 4)
            var (held, taken) = (0, [Int]())
            for _ in 0..<100 {
                let bytes = random.number(in: 0...40)
                switch random.number(below: 4) {
                case 0:
                    gate.count(bytes)
                    taken.append(bytes)
                    held += bytes
                case 1:
                    if let last = taken.popLast() {
                        gate.give(last)
                        held -= last
                    }
                default:
                    let isFree = held + bytes <= capacity
                    try require(gate.tryTake(bytes) == isFree, "\(bytes) beside \(held) of \(capacity)")
                    if isFree {
                        taken.append(bytes)
                        held += bytes
                    }
                }
                try require(gate.held == held, "\(gate.held) are held, not \(held)")
            }
        }
    }

    @Test func `never more than the capacity is held, and everybody who waits is admitted`() {
        let gate = ByteGate(capacity: 100, lineLimit: 16)
        let (held, admitted) = (Tally(), Counter())
        onThreads(16) { index in
            var random = SplitMix64(seed: UInt64(index))
            for _ in 0..<300 {
                // Some take all there is.
                let bytes = random.once(in: 20) ? 100 : random.number(in: 1...60)
                guard gate.take(bytes, until: .now + .seconds(60)) == .admitted else { continue }
                admitted.add()
                held.add(bytes)
                #expect(held.value <= 100)
                held.add(-bytes)
                gate.give(bytes)
            }
        }
        #expect(admitted.value == 16 * 300)
        #expect(gate.held == 0)
    }

    @Test func `nobody passes those who wait`() {
        let gate = ByteGate(capacity: 100, lineLimit: 4)
        #expect(gate.tryTake(60))
        let large = Running { gate.take(100, until: .now + .seconds(60)) }
        #expect(eventually { gate.waiting == 1 })
        // There would be room, but for the one in line.
        #expect(!gate.tryTake(1))
        gate.give(60)
        #expect(large.result() == .admitted)
        #expect(gate.held == 100)
        gate.give(100)
        #expect(gate.tryTake(1))
    }

    @Test func `who is late leaves the line to those behind`() {
        let gate = ByteGate(capacity: 100, lineLimit: 4)
        #expect(gate.tryTake(60))
        let large = Running { gate.take(100, until: .now + .milliseconds(300)) }
        #expect(eventually { gate.waiting == 1 || gate.held == 60 && large.result(within: 0) != nil })
        let small = Running { gate.take(40, until: .now + .seconds(60)) }
        #expect(large.result() == .late)
        #expect(small.result() == .admitted)
        #expect(gate.held == 100)
    }

    @Test func `more than there is, and a full line, are refused at once`() {
        let gate = ByteGate(capacity: 100, lineLimit: 2)
        #expect(gate.take(101, until: far()) == .refused)
        #expect(gate.tryTake(100))
        let waiting = (0..<2).map { _ in Running { gate.take(10, until: .now + .seconds(60)) } }
        #expect(eventually { gate.waiting == 2 })
        #expect(gate.take(10, until: far()) == .refused)
        gate.give(100)
        for thread in waiting { #expect(thread.result() == .admitted) }
        #expect(gate.held == 20)
    }

    @Test func `a reservation gives back what it holds, and counts for nothing while others count it`() {
        let gate = ByteGate(capacity: 100, lineLimit: 2)
        var reservation: Reservation? = Reservation(gate)
        #expect(reservation?.tryGrow(to: 70) == true)
        #expect(reservation?.tryGrow(to: 101) == false)
        reservation?.shrink(to: 80)
        #expect(gate.held == 70)
        reservation?.shrink(to: 50)
        #expect(gate.held == 50)
        reservation?.setCounted(false)
        reservation?.setCounted(false)
        #expect(gate.tryTake(100))
        reservation?.setCounted(true)
        #expect(gate.held == 150)
        gate.give(100)
        reservation = nil
        #expect(gate.held == 0)
        reservation = Reservation(gate)
        #expect(reservation?.wait(for: 10, until: far()) == .admitted)
        reservation?.setCounted(false)
        reservation = nil
        #expect(gate.held == 0)
    }
}

/// A sum that threads add to.
private final class Tally: Sendable {
    private let sum = Mutex(0)
    var value: Int { sum.withLock { $0 } }
    func add(_ number: Int) { sum.withLock { $0 += number } }
}
