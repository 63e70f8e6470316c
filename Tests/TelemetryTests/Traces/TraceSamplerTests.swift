@testable import Telemetry
import Dispatch
import Synchronization
import TestSupport
import Testing

@Suite struct TraceSamplerTests {

    @Test func `without a rate exactly the reservoir of each second is taken`() {
        forAll(cases: 200) { random in
            let clock = Atomic<UInt64>(.random(in: 0..<1 << 32, using: &random))
            let reservoir = Int.random(in: 0...4, using: &random)
            let sampler = TraceSampler(rate: 0, reservoir: reservoir) { clock.load(ordering: .relaxed) }
            for _ in 0..<20 {
                let requests = Int.random(in: 0...8, using: &random)
                let taken = (0..<requests).count { _ in sampler.isSampled() }
                try require(
                    taken == min(requests, reservoir), "\(taken) of \(requests), reservoir \(reservoir)")
                clock.add(.random(in: 1...3, using: &random), ordering: .relaxed)
            }
        }
    }

    @Test(arguments: [0.5, 1]) func `no more than the limit of each second is taken`(rate: Double) {
        let clock = Atomic<UInt64>(7)
        let sampler = TraceSampler(rate: rate, limit: 20) { clock.load(ordering: .relaxed) }
        for _ in 0..<5 {
            #expect((0..<1000).count { _ in sampler.isSampled() } == 20)
            clock.add(1, ordering: .relaxed)
        }
    }

    @Test func `threads share one reservoir`() {
        let clock = Atomic<UInt64>(7)
        let sampler = TraceSampler(rate: 0, reservoir: 100) { clock.load(ordering: .relaxed) }
        let taken = Atomic<Int>(0)
        for second in 1...20 {
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                for _ in 0..<50 where sampler.isSampled() { taken.add(1, ordering: .relaxed) }
            }
            #expect(taken.load(ordering: .relaxed) == 100 * second)
            clock.add(1, ordering: .relaxed)
        }
    }

    @Test(arguments: [0.0, 0.001, 0.05, 0.5, 0.95, 1]) func `a rate is the share of all others`(rate: Double)
    {
        let sampler = TraceSampler(rate: rate, reservoir: 0)
        let count = 100_000
        let taken = Double((0..<count).count { _ in sampler.isSampled() })
        // Six standard deviations.
        let tolerance = 6 * (Double(count) * rate * (1 - rate)).squareRoot()
        #expect(abs(taken - rate * Double(count)) <= tolerance)
    }

    @Test(arguments: [-1, 2, .nan, .infinity, -.infinity, 0.0.nextUp, 1.0.nextDown])
    func `a rate that is none is taken as the nearest`(rate: Double) {
        let sampler = TraceSampler(rate: rate, reservoir: -5)
        let taken = (0..<100).count { _ in sampler.isSampled() }
        #expect(taken == (rate > 0.5 ? 100 : 0))
    }
}
