@testable import AWS
import TestSupport
import Testing

@Suite struct CircuitBreakerTests {
    /// What the breaker is, said once more as a history: a list of what was reported since it was closed.
    private struct Model {
        var failures = 0
        /// When the next probe may go, and how long the last pause was; nil while closed.
        var opened: (next: Double, pause: Double, hasProbe: Bool)?

        mutating func admit(_ now: Double) -> CircuitBreaker.Admission {
            guard let open = opened else { return .closed }
            guard now >= open.next else { return .open }
            opened = (now + 30, open.pause, true)
            return .probe
        }

        mutating func answered() -> Bool {
            defer { self = Model() }
            return opened != nil
        }

        mutating func failed(_ now: Double, isProbe: Bool) -> Bool {
            if let open = opened {
                let pause = min(30, open.pause * 2)
                if open.hasProbe, isProbe { opened = (now + pause, pause, false) }
                return false
            }
            failures += 1
            if failures == 5 { opened = (now + 1, 1, false) }
            return failures == 5
        }

        mutating func withdrawProbe(_ now: Double) {
            if let open = opened, open.hasProbe { opened = (now, open.pause, false) }
        }
    }

    @Test func `as a simple model, over any sequence`() {
        forAll(cases: 300) { random in
            var breaker = CircuitBreaker()
            var model = Model()
            var now = 0.0
            let start = ContinuousClock.now
            let failing = Double.random(in: 0...1, using: &random)
            for step in 0..<200 {
                // Halves, so that both count the same.
                now += Double(Int.random(in: 0...6, using: &random)) / 2
                let instant = start + .seconds(now)
                let isProbe = Bool.random(using: &random)
                switch Double.random(in: 0...1, using: &random) {
                case ..<0.3:
                    let admits = breaker.admits(instant)
                    let admission = breaker.admit(instant)
                    try require(admits == (admission != .open), "\(step): admits \(admits), \(admission)")
                    let expected = model.admit(now)
                    try require(admission == expected, "\(step): \(admission), not \(expected)")
                case ..<0.4:
                    breaker.withdrawProbe(instant)
                    model.withdrawProbe(now)
                case _ where Double.random(in: 0...1, using: &random) < failing:
                    try require(
                        breaker.failed(instant, isProbe: isProbe) == model.failed(now, isProbe: isProbe),
                        "\(step): failed")
                default:
                    try require(breaker.answered() == model.answered(), "\(step): answered")
                }
                try require(breaker.isClosed == (model.opened == nil), "\(step): \(breaker), \(model)")
            }
        }
    }

    @Test func `pauses grow from one second to thirty`() {
        var breaker = CircuitBreaker()
        var now = ContinuousClock.now
        for failure in 1...5 { #expect(breaker.failed(now, isProbe: false) == (failure == 5)) }
        for pause in [1, 2, 4, 8, 16, 30, 30] {
            #expect(breaker.admit(now + .seconds(pause) - .milliseconds(1)) == .open)
            now += .seconds(pause)
            #expect(breaker.admit(now) == .probe)
            #expect(breaker.admit(now) == .open)
            #expect(breaker.failed(now, isProbe: true) == false)
        }
        #expect(breaker.answered() == true)
        #expect(breaker.answered() == false)
        #expect(breaker.admit(now) == .closed)
    }

    @Test func `a failure of an older request neither ends a probe nor lengthens the pause`() {
        var breaker = CircuitBreaker()
        let now = ContinuousClock.now
        for _ in 0..<5 { _ = breaker.failed(now, isProbe: false) }
        #expect(breaker.failed(now + .seconds(1), isProbe: false) == false)
        #expect(breaker.admit(now + .seconds(1)) == .probe)
        #expect(breaker.failed(now + .seconds(1), isProbe: false) == false)
        #expect(breaker.admit(now + .seconds(10)) == .open)
        // A probe that nobody reports on does not keep the region away for ever.
        #expect(breaker.admit(now + .seconds(31)) == .probe)
    }

    @Test func `a probe that told nothing leaves its turn to the next request`() {
        var breaker = CircuitBreaker()
        let now = ContinuousClock.now
        breaker.withdrawProbe(now)
        #expect(breaker.isClosed)
        for _ in 0..<5 { _ = breaker.failed(now, isProbe: false) }
        breaker.withdrawProbe(now)
        #expect(breaker.admit(now) == .open)
        #expect(breaker.admit(now + .seconds(1)) == .probe)
        breaker.withdrawProbe(now + .seconds(2))
        #expect(breaker.admit(now + .seconds(2)) == .probe)
        _ = breaker.failed(now + .seconds(2), isProbe: true)
        #expect(breaker.admit(now + .seconds(3)) == .open)
        #expect(breaker.admit(now + .seconds(4)) == .probe)
    }
}
