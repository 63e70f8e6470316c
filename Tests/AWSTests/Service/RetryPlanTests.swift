@testable import AWS
import TestSupport
import Testing

@Suite struct RetryPlanTests {
    @Test func `as a simple model, over any sequence of errors`() {
        forAll(cases: 2000) { random in
            let isDynamoDB = Bool.random(using: &random)
            var plan = RetryPlan(isDynamoDB ? .dynamoDB : .standard)
            var tokens = Int.random(in: 0...50, using: &random)
            var kinds: [AWSError.Kind] = []
            for _ in 0..<8 {
                let kind = AWSError.Kind.allCases.randomElement(using: &random)!
                var error = AWSError(kind, "")
                error.clockOffset = Bool.random(using: &random) ? 700 : nil
                error.retryAfter = [nil, 0, 0.125, 4, 30].randomElement(using: &random)!
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
                let base = kind == .throttled ? 1 : isDynamoDB ? 0.025 : 0.05
                let chance = share * (base * [1, 2, 4, 8, 16, 32, 64, 128][kinds.count - 1])
                let asked = error.retryAfter ?? 0
                let wait = Duration.seconds(
                    asked <= chance ? chance : asked <= chance + 5 ? asked : chance + 5)
                let cost = kind == .throttled ? 5 : 14
                switch kind {
                case .skewedClock:
                    expected = isFirst && error.clockOffset != nil ? .correctClock(700) : .giveUp
                case .expiredCredentials: expected = isFirst ? .renewCredentials : .giveUp
                case .throttled, .transient, .server, .timeout, .connection:
                    expected =
                        kinds.count < (isDynamoDB ? 4 : 3) && wait < left && before >= cost
                        ? .wait(wait) : .giveUp
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
        func longest(_ policy: RetryPolicy, isThrottled: Bool) -> [Duration] {
            (0..<12).map { policy.wait(afterRetries: $0, isThrottled: isThrottled, share: 1) }
        }
        let throttled: [Duration] = [1, 2, 4, 8, 16, 20, 20, 20, 20, 20, 20, 20].map { .seconds($0) }
        #expect(longest(.dynamoDB, isThrottled: true) == throttled)
        #expect(longest(.standard, isThrottled: true) == throttled)
        #expect(
            longest(.dynamoDB, isThrottled: false)
                == [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20, 20].map { .seconds($0) })
        #expect(
            longest(.standard, isThrottled: false)
                == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20, 20, 20].map { .seconds($0) })
        let policy = RetryPolicy.dynamoDB
        #expect(policy.wait(afterRetries: 100_000, isThrottled: false, share: 1) == .seconds(20))
        #expect(policy.wait(afterRetries: 1, isThrottled: false, share: 0) == .zero)
        #expect(policy.wait(afterRetries: 1, isThrottled: false, share: 0.5) == .milliseconds(25))
    }

    @Test func `DynamoDB has a policy of its own`() {
        #expect(RetryPolicy.of("dynamodb").maximumAttempts == 4)
        for service in ["ssm", "sts", "monitoring"] {
            #expect(RetryPolicy.of(service) == .standard)
            #expect(RetryPolicy.of(service).maximumAttempts == 3)
        }
    }

    @Test func `the quota pays for 35 retries, or for 100 throttled ones, and is never above its size`() {
        for (cost, count, left) in [(RetryQuota.Cost.retry, 35, 10), (.throttledRetry, 100, 0)] {
            let quota = RetryQuota()
            quota.give(back: nil)
            quota.give(back: cost)
            for _ in 0..<count { #expect(quota.take(cost)) }
            #expect(!quota.take(cost))
            quota.give(back: cost)
            #expect(quota.take(cost))
            for _ in 1..<max(1, cost.rawValue - left) { quota.give(back: nil) }
            #expect(!quota.take(cost))
            quota.give(back: nil)
            #expect(quota.take(cost))
        }
    }

    @Test func `threads that share a quota do not overdraw it`() {
        let quota = RetryQuota()
        let taken = Counter()
        onThreads(8) { _ in
            for _ in 0..<100 where quota.take(.throttledRetry) { taken.add() }
        }
        #expect(taken.value == 100)
    }
}
