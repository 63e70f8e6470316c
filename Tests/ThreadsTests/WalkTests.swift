import Foundation
import Testing
@testable import Threads

/// Who walks for long lets others go first, and is as before then.
@Suite(
    .enabled(
        if: SchedulingPolicy.comesBack.wait(),
        "no thread may come back here: it takes RLIMIT_NICE or CAP_SYS_NICE"))
struct WalkTests {
    /// What `body` gives on a thread of its own.
    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
        let value = Latch<Value>()
        Thread { value.set(body()) }.start()
        return value.wait()
    }

    @Test func `a thread is behind others from when its walk is long until it ends`() {
        let seen = onThread {
            let walk = Walk()
            return [
                { walk.pass(Walk.longFrom - 1) }, { walk.pass(1) }, { walk.pass(10 * Walk.longFrom) },
                { walk.end() }, { walk.end() }, { walk.pass(Walk.longFrom - 1) }, { walk.pass(1) }, walk.end,
            ].map { step -> SchedulingPolicy? in
                step()
                return SchedulingPolicy.current
            }
        }
        #expect(seen == [.usual, .idle, .idle, .usual, .usual, .usual, .idle, .usual])
    }

    @Test func `a walk that is forgotten has ended`() {
        let after = onThread {
            do { Walk().pass(Walk.longFrom) }
            return SchedulingPolicy.current
        }
        #expect(after == .usual)
    }

    @Test func `a walk within another one, or of a thread that is idle anyway, changes nothing`() {
        let seen = onThread {
            let (outer, inner) = (Walk(), Walk())
            outer.pass(Walk.longFrom)
            inner.pass(Walk.longFrom)
            inner.end()
            let within = SchedulingPolicy.current
            outer.end()
            SchedulingPolicy.set(.idle)
            inner.pass(Walk.longFrom)
            inner.end()
            return [within, SchedulingPolicy.current]
        }
        #expect(seen == [.idle, .idle])
    }

    @Test func `where no thread may come back none goes`() {
        let seen = onThread {
            let walk = Walk(mayBeBehind: false)
            walk.pass(Walk.longFrom)
            defer { walk.end() }
            return SchedulingPolicy.current
        }
        #expect(seen == .usual)
    }

    @Test func `one that has waited long enough goes on as all others do, and the next one is behind again`()
    {
        let seen = onThread {
            // Before it has waited at all: the two clocks may differ by a moment.
            let walk = Walk(patience: .seconds(-1))
            return [
                { walk.pass(Walk.longFrom) }, { walk.pass(Walk.rowsBetweenLooks - 1) }, { walk.pass(1) },
                { walk.pass(10 * Walk.longFrom) }, walk.end, { walk.pass(Walk.longFrom) }, walk.end,
            ].map { step -> SchedulingPolicy? in
                step()
                return SchedulingPolicy.current
            }
        }
        #expect(seen == [.idle, .idle, .usual, .usual, .usual, .idle, .usual])
    }

    @Test func `one that has a processor all the time is behind all the time`() {
        let seen = onThread {
            let walk = Walk(patience: .seconds(3600))
            walk.pass(Walk.longFrom)
            for _ in 0..<100 { walk.pass(Walk.rowsBetweenLooks) }
            defer { walk.end() }
            return SchedulingPolicy.current
        }
        #expect(seen == .idle)
    }
}
