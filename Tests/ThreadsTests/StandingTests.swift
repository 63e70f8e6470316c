import Foundation
import Glibc
import TestSupport
import Testing
@testable import Threads

/// Who works behind the scenes stands behind requests, until that keeps him from his work.
@Suite struct StandingTests {
    /// One thread that is looked at again and again, each tenth of a second.
    private final class Looks {
        static let interval = Duration.milliseconds(100)
        var standing = Standing()
        var now = ContinuousClock.now
        var time = ThreadTime(processor: .seconds(3), waited: .seconds(40), isReady: false)

        init() { look() }

        func look() {
            standing.look(at: [7: time], now: now)
            now += Self.interval
        }

        /// It has run and waited so long since the last look; says where it stands then.
        func goOn(processor: Duration, waited: Duration, isReady: Bool = true) -> Bool {
            time.processor += processor
            time.waited += waited
            time.isReady = isReady
            look()
            return standing.isBehind
        }
    }

    @Test func `it stands behind as long as it waits for half of the time at most`() {
        let looks = Looks()
        #expect(looks.standing.isBehind)
        for _ in 0..<1000 {
            #expect(looks.goOn(processor: .milliseconds(50), waited: .milliseconds(50)))
            #expect(looks.goOn(processor: .milliseconds(10), waited: .zero, isReady: false))
        }
    }

    @Test
    func `one that has no processor at all comes back within three looks, though no wait of it is over`() {
        let looks = Looks()
        let seen = (0..<3).map { _ in looks.goOn(processor: .zero, waited: .zero) }
        #expect(seen == [true, true, false])
    }

    @Test func `a wait is counted once: while it lasts, or when it is over`() {
        let looks = Looks()
        _ = looks.goOn(processor: .milliseconds(1), waited: .zero)
        #expect(looks.goOn(processor: .zero, waited: .zero))
        // It ran at the end of what had been counted already.
        #expect(looks.goOn(processor: .milliseconds(1), waited: .milliseconds(150)))
        #expect(!looks.goOn(processor: .milliseconds(1), waited: .milliseconds(150)))
    }

    @Test func `one that sleeps waits for nothing`() {
        let looks = Looks()
        for _ in 0..<100 { #expect(looks.goOn(processor: .zero, waited: .zero, isReady: false)) }
    }

    @Test func `beside others it stays for its term, and then has all its patience again`() throws {
        let looks = Looks()
        try untilDone("it is beside") { !looks.goOn(processor: .zero, waited: .zero) }
        let back = looks.now - Looks.interval
        try untilDone("it is behind") {
            looks.goOn(processor: .milliseconds(10), waited: .milliseconds(90))
        }
        #expect(looks.now - Looks.interval - back == Standing.term)
        #expect(looks.goOn(processor: .milliseconds(10), waited: .milliseconds(90)))
    }

    @Test func `each thread has its own waits, and one that has ended none`() {
        var standing = Standing()
        var now = ContinuousClock.now
        let start = ThreadTime(processor: .zero, waited: .zero, isReady: true)
        func look(_ times: [Int32: ThreadTime]) -> Bool {
            standing.look(at: times, now: now)
            now += .milliseconds(100)
            return standing.isBehind
        }
        #expect(look([1: start]))
        // It is seen for the first time each time.
        for id in Int32(2)..<50 { #expect(look([id: start])) }
        let running = (1...3).map {
            ThreadTime(processor: .milliseconds(100 * $0), waited: .zero, isReady: true)
        }
        let seen = running.map { look([49: start, 50: $0]) }
        #expect(seen == [true, false, false])
    }

    @Test(
        .enabled(
            if: SchedulingPolicy.comesBack.wait(),
            "no thread may come back here: it takes RLIMIT_NICE or CAP_SYS_NICE"))
    func `the kernel tells what a thread has had, and gives it the policy that it is to have`() throws {
        let (known, end) = (Latch<pid_t?>(), Latch<Void>())
        Thread {
            known.set(ThreadTime.caller)
            end.wait()
        }.start()
        defer { end.set(()) }
        let thread = try #require(known.wait())
        let caller = try #require(ThreadTime.caller)
        #expect(ThreadTime.threads.contains(thread) && ThreadTime.threads.contains(caller))
        try eventually("it sleeps") { try #require(ThreadTime(of: thread)).isReady == false }
        let own = try #require(ThreadTime(of: caller))
        #expect(own.isReady && own.processor > .zero)
        #expect(ThreadTime(of: 0) == nil)

        var standing = Standing()
        BackgroundWork.look(&standing, at: [thread])
        #expect(SchedulingPolicy.of(thread) == .idle && SchedulingPolicy.current == .usual)
        // Another one, that waits.
        var (times, now) = (
            [Int32(-1): ThreadTime(processor: .zero, waited: .zero, isReady: true)], ContinuousClock.now
        )
        for _ in 0..<3 {
            standing.look(at: times, now: now)
            times[-1]?.waited += .milliseconds(200)
            now += .milliseconds(100)
        }
        BackgroundWork.look(&standing, at: [thread])
        #expect(SchedulingPolicy.of(thread) == .usual)
    }
}
