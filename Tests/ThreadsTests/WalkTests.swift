import Dispatch
import Foundation
import Testing
@testable import Threads

/// Who walks for long lets others go first, and is as before then.
@Suite(.enabled(if: Walk.isPermitted, "no thread may come back here: it takes RLIMIT_NICE or CAP_SYS_NICE"))
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

    /// A new thread has its policy from who starts it.
    @Test func `a helper that is first needed within a walk is not behind for it`() {
        let seen = onThread {
            let helpers = HelperThreads(limit: 1)
            let walk = Walk()
            walk.pass(Walk.longFrom)
            defer { walk.end() }
            let begun = DispatchGroup()
            for _ in 0..<2 { begun.enter() }
            return helpers.map(2) { _ in
                begun.leave()
                #expect(begun.wait(timeout: .now() + 10) == .success)
                return SchedulingPolicy.current
            }
        }
        #expect(Set(seen) == [.usual, .idle])
    }
}
