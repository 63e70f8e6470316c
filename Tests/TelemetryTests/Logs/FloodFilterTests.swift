import Logging
import TestSupport
import Testing

@testable import Telemetry

@Suite struct FloodFilterTests {
    private let start = ContinuousClock.now

    private func failure(_ error: String, request: String, level: Logger.Level = .error) -> LogEntry {
        LogEntry(
            level: level, message: "the store failed",
            fields: [LogEntry.Field("REQUEST_ID", request), LogEntry.Field("ERROR", error)])
    }

    @Test func `the first of a flood are written at once, the others as a count when the time is up`() {
        var filter = FloodFilter()
        for _ in 0..<FloodFilter.burst {
            #expect(filter.pass(failure("gone", request: "1"), now: start).count == 1)
        }
        for second in 1..<10 {
            let repeated = failure("gone", request: "\(second)")
            #expect(filter.pass(repeated, now: start + .seconds(second)).isEmpty)
            #expect(filter.due(now: start + .seconds(second)).isEmpty)
        }
        let due = filter.due(now: start + .seconds(10))
        #expect(due.map { $0.value(of: "REPEATED") } == ["9"])
        // The last one's request leads on.
        #expect(due.first?.value(of: "REQUEST_ID") == "9")
        #expect(filter.due(now: start + .seconds(60)).isEmpty)
    }

    @Test func `one that comes after the time is written, with the count of those before it`() {
        var filter = FloodFilter()
        for _ in 0..<FloodFilter.burst { _ = filter.pass(failure("gone", request: "1"), now: start) }
        _ = filter.pass(failure("gone", request: "2"), now: start)
        let passed = filter.pass(failure("gone", request: "3"), now: start + .seconds(11))
        #expect(passed.map { $0.value(of: "REPEATED") } == ["1", nil])
        #expect(passed.map { $0.value(of: "REQUEST_ID") } == ["2", "3"])
    }

    @Test func `what says something else is no repetition, nor is what only informs`() {
        var filter = FloodFilter()
        #expect(filter.pass(failure("gone", request: "1"), now: start).count == 1)
        #expect(filter.pass(failure("full", request: "1"), now: start).count == 1)
        for level in [Logger.Level.debug, .info, .notice] {
            for _ in 0..<3 {
                #expect(filter.pass(failure("gone", request: "1", level: level), now: start).count == 1)
            }
        }
    }

    @Test func `nothing is lost: what is written and what is counted are together what came`() {
        forAll(cases: 200) { random in
            var filter = FloodFilter()
            var now = start
            var came = 0
            var written = 0
            func count(_ entries: [LogEntry]) {
                for entry in entries { written += entry.value(of: "REPEATED").flatMap { Int($0) } ?? 1 }
            }
            for _ in 0..<Int.random(in: 1...400, using: &random) {
                now += .milliseconds(Int.random(in: 0...3000, using: &random))
                if Bool.random(using: &random) {
                    // More different ones than are counted at a time.
                    let error =
                        "\(Int.random(in: 0..<Int.random(in: 1...600, using: &random), using: &random))"
                    count(filter.pass(failure(error, request: "r"), now: now))
                    came += 1
                } else {
                    count(filter.due(now: now))
                }
            }
            count(filter.due(now: now + FloodFilter.window))
            try require(written == came, "\(came) came, \(written) were written or counted")
        }
    }
}
