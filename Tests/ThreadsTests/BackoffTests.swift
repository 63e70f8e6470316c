import Testing
import Threads

@Suite struct BackoffTests {
    @Test func `waits grow, keep to what is wanted, and have an end`() {
        var backoff = Backoff()
        let waits = (0..<12).map { _ in backoff.fail(random: 1) }
        #expect(
            waits.first == .milliseconds(250) && waits[1] == .milliseconds(500) && waits.last == .seconds(30))
        #expect(backoff.fail(wanting: .seconds(7), random: 0.5) == .seconds(7.5))
        #expect(backoff.fail(wanting: .seconds(1_000_000), random: 0) == .seconds(3600))
        backoff.succeed()
        #expect(backoff.fail(random: 0) == .milliseconds(125))
    }
}
