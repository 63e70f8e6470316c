@testable import AWS
import AuditQuery
import TestSupport
import Testing

@Suite struct RetryPlanTests {
    @Test func `as a simple model, over any sequence of errors`() {
        forAll(cases: 2000) { random in
            var plan = RetryPlan()
            var tokens = Int.random(in: 0...30, using: &random)
            var kinds: [AWSError.Kind] = []
            for _ in 0..<8 {
                let kind = AWSError.Kind.allCases.randomElement(using: &random)!
                var error = AWSError(kind, "")
                error.clockOffset = Bool.random(using: &random) ? 700 : nil
                let share = Double(Int.random(in: 0...4, using: &random)) / 4
                let left = Duration.seconds(Int.random(in: 0...3, using: &random))
                let before = tokens
                kinds.append(kind)
                let step = plan.next(after: error, share: share, timeLeft: left) { cost in
                    guard tokens >= cost.rawValue else { return false }
                    tokens -= cost.rawValue
                    return true
                }
                let isFirst = kinds.count { $0 == kind } == 1
                // The attempts that a corrected clock and renewed credentials earn are the first of their kind.
                let expected: RetryPlan.Step
                let wait = Duration.seconds(share * [1, 2, 4, 8, 16, 20, 20, 20][kinds.count - 1])
                let cost = kind == .timeout ? 10 : 5
                switch kind {
                case .skewedClock:
                    expected = isFirst && error.clockOffset != nil ? .correctClock(700) : .giveUp
                case .expiredCredentials: expected = isFirst ? .renewCredentials : .giveUp
                case .throttled, .server, .timeout, .connection:
                    expected =
                        kinds.count < 3 && wait < left && before >= cost ? .wait(wait) : .giveUp
                default: expected = .giveUp
                }
                try require(step == expected, "\(kinds): \(step), not \(expected)")
                let spent = if case .wait = step { cost } else { 0 }
                try require(before - tokens == spent, "\(kinds): \(before - tokens) tokens")
                if spent > 0 { try require(plan.lastCost?.rawValue == spent, "\(kinds): lastCost") }
                try require(plan.attempts == kinds.count, "\(kinds): \(plan.attempts) attempts")
                if step == .giveUp { return }
            }
            throw Falsified(description: "\(kinds) without an end")
        }
    }

    @Test func `waits double up to twenty seconds`() {
        let longest = (0..<8).map { Backoff.wait(after: $0, share: 1) }
        #expect(longest == [1, 2, 4, 8, 16, 20, 20, 20].map { .seconds($0) })
        #expect(Backoff.wait(after: 100_000, share: 1) == .seconds(20))
        #expect(Backoff.wait(after: 1, share: 0) == .zero)
        #expect(Backoff.wait(after: 1, share: 0.25) == .milliseconds(500))
    }

    @Test func `the quota pays for 100 retries, or for 50 after a timeout, and is never above its size`() {
        for (cost, count) in [(RetryQuota.Cost.retry, 100), (.retryAfterTimeout, 50)] {
            let quota = RetryQuota()
            quota.give(back: nil)
            quota.give(back: cost)
            for _ in 0..<count { #expect(quota.take(cost)) }
            #expect(!quota.take(cost))
            quota.give(back: cost)
            #expect(quota.take(cost))
            for _ in 1..<cost.rawValue { quota.give(back: nil) }
            #expect(!quota.take(cost))
            quota.give(back: nil)
            #expect(quota.take(cost))
        }
    }

    @Test func `threads that share a quota do not overdraw it`() {
        let quota = RetryQuota()
        let taken = Counter()
        onThreads(8) { _ in
            for _ in 0..<100 where quota.take(.retry) { taken.add() }
        }
        #expect(taken.value == 100)
    }
}
