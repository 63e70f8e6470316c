import AWS
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct CredentialWaitTests {
    private let time = ManualTime()
    private let loader: ScriptedLoader

    init() {
        loader = ScriptedLoader(time)
    }

    /// A source whose renewals wait until the gate opens.
    private func gated(_ gate: DispatchSemaphore, patience: Duration = .seconds(2)) -> CredentialSource {
        CredentialSource(timing: time.timing(patience: patience, start: CredentialTiming.startThread)) {
            [loader] (_: ContinuousClock.Instant) throws(CredentialError) in
            try loader.load {
                gate.wait()
                gate.signal()
            }
        }
    }

    @Test func `32 threads that ask at once share one renewal`() {
        let gate = DispatchSemaphore(value: 0)
        let source = gated(gate)
        let arrived = Counter()
        let faults = Faults()
        Thread.detachNewThread { [loader] in
            // Opens when all have come and one of them has started the renewal.
            if !eventually({ arrived.value == 32 && loader.count > 0 }) { faults.add("not all came") }
            gate.signal()
        }
        onThreads(32) { _ in
            arrived.add()
            if (try? source.id()) != "KEY1" { faults.add("other credentials") }
        }
        #expect(faults.all.isEmpty)
        #expect(loader.count == 1)
    }

    @Test
    func `while 32 threads ask, credentials rotate one renewal at a time, and none that ended is given`() {
        let source = CredentialSource(timing: time.timing(start: CredentialTiming.startThread)) {
            [loader] (_: ContinuousClock.Instant) throws(CredentialError) in
            try loader.load { sched_yield() }
        }
        let faults = Faults()
        let done = Counter()
        Thread.detachNewThread { [time] in
            for rotation in 1...40 {
                // Installed, not just loaded: time may not pass within a renewal.
                let hasCome = eventually { (try? source.id()) == "KEY\(rotation)" }
                if !hasCome { faults.add("no rotation \(rotation)") }
                time.pass(minutes: rotation.isMultiple(of: 2) ? 46 : 51)
            }
            done.add()
        }
        onThreads(32) { [time] _ in
            while done.value == 0 {
                let before = time.now
                let credentials = try? source.current(deadline: .soon)
                guard let end = credentials?.expiration, end > before else {
                    faults.add("none, or ended ones")
                    return
                }
            }
        }
        #expect(faults.all.isEmpty)
        #expect(loader.mostAtOnce == 1)
        #expect((40...41).contains(loader.count))
    }

    @Test func `a caller waits until its deadline at most, and the renewal goes on for the next one`() throws
    {
        let gate = DispatchSemaphore(value: 0)
        let source = gated(gate)
        let text = error { () throws(CredentialError) in
            try source.current(deadline: .now + .milliseconds(20))
        }
        #expect(text.contains("were not found in time"))
        gate.signal()
        #expect(try source.id() == "KEY1")
        #expect(loader.count == 1)
    }

    @Test func `when a renewal hangs, what is still valid serves after a moment`() throws {
        let gate = DispatchSemaphore(value: 1)
        let source = gated(gate, patience: .milliseconds(20))
        #expect(try source.id() == "KEY1")
        gate.wait()
        time.pass(minutes: 55)
        #expect(try source.id() == "KEY1")
        gate.signal()
        #expect(eventually { (try? source.id()) == "KEY2" })
    }

    @Test func `a renewal whose thread never ran is given up after 70 seconds`() throws {
        let isMended = Counter()
        let source = loader.source(time.timing { work in if isMended.value > 0 { work() } })
        func ask() throws(CredentialError) -> Credentials {
            try source.current(deadline: .now + .milliseconds(5))
        }
        _ = error { () throws(CredentialError) in try ask() }
        isMended.add()
        time.pass(seconds: 69)
        _ = error { () throws(CredentialError) in try ask() }
        #expect(loader.count == 0)
        time.pass(seconds: 2)
        #expect(try ask().accessKeyID == "KEY1")
    }
}
