import AWS
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct CredentialRenewalTests {
    private let time = ManualTime()
    private let loader: ScriptedLoader

    init() {
        loader = ScriptedLoader(time)
    }

    @Test func `credentials serve without another look until 15 minutes before their end`() throws {
        let source = loader.source(time.timing())
        #expect(try source.id() == "KEY1")
        time.pass(minutes: 44.9)
        #expect(try source.id() == "KEY1")
        #expect(loader.count == 1)
    }

    @Test func `from 15 minutes before, the old ones serve while one renewal runs in the background`() throws
    {
        let work = Works()
        let source = loader.source(time.timing(start: work.add))
        let first = Thread { _ = try? source.id() }
        first.start()
        #expect(eventually { work.count == 1 })
        work.runNext()
        #expect(eventually { first.isFinished })
        time.pass(minutes: 45.1)
        for _ in 0..<5 { #expect(try source.id() == "KEY1") }
        #expect(work.count == 1)
        work.runNext()
        #expect(try source.id() == "KEY2")
        #expect(loader.count == 2)
    }

    @Test func `from 10 minutes before, callers wait for the new ones`() throws {
        let source = loader.source(time.timing(start: CredentialTiming.startThread))
        #expect(try source.id() == "KEY1")
        time.pass(minutes: 50.1)
        #expect(try source.id() == "KEY2")
    }

    @Test func `when renewals fail, the old ones serve until their end, then the reason is told`() throws {
        let log = RecordingLog()
        let source = loader.source(time.timing(), log: log)
        #expect(try source.id() == "KEY1")
        loader.fail("the vault is closed")
        time.pass(minutes: 46)
        while time.now < ManualTime.start + 3599 {
            #expect(try source.id() == "KEY1")
            time.pass(seconds: 1)
        }
        time.pass(seconds: 2)
        #expect(source.fault == "the vault is closed")
        loader.fail(nil)
        time.pass(seconds: 60)
        #expect(try source.id() != "KEY1")
        #expect(log.lines.contains { $0.contains("warning") && $0.contains("the vault is closed") })
        #expect(log.lines.last?.contains("renewed again") == true)
        Secret.expectNone(in: log.lines)
    }

    @Test func `those of an instance serve past their end while there are no others`() throws {
        let log = RecordingLog()
        let source = loader.source(time.timing(), log: log)
        loader.outlive()
        let first = try source.current(deadline: .soon)
        loader.fail("the metadata service is down")
        time.pass(minutes: 61)
        for _ in 0..<100 {
            #expect(try source.id() == "KEY1")
            time.pass(minutes: 1)
        }
        // Each minute it is tried again, and the log says so each time.
        #expect((90...110).contains(loader.count))
        #expect(log.lines.count { $0.contains("the metadata service is down") } == loader.count - 1)
        source.discard(first)
        time.pass(minutes: 2)
        source.discard(first)
        #expect(source.fault == "the metadata service is down")
        loader.fail(nil)
        time.pass(minutes: 2)
        #expect(try source.id() != "KEY1")
        #expect(log.lines.last?.contains("renewed again") == true)
        Secret.expectNone(in: log.lines)
    }

    @Test func `those that an instance gives though they have ended are used, and asked for again`() throws {
        let log = RecordingLog()
        let source = loader.source(time.timing(), log: log)
        loader.outlive()
        loader.live(-5)
        for _ in 0..<600 {
            _ = try source.id()
            time.pass(seconds: 1)
        }
        // After 1, 2, 4 … 60 seconds.
        #expect((10...18).contains(loader.count))
        #expect(log.lines.count { $0.contains("have ended and go on being used") } == loader.count)
        loader.live(3600)
        time.pass(seconds: 61)
        _ = try source.id()
        let count = loader.count
        time.pass(minutes: 40)
        _ = try source.id()
        #expect(loader.count == count)
        #expect(log.lines.last?.contains("renewed again") == true)
    }

    @Test func `nobody waits for a renewal that has just failed while there is something to use`() throws {
        let work = Works()
        let source = loader.source(time.timing(patience: .seconds(3600), start: work.add))
        let first = Thread { _ = try? source.id() }
        first.start()
        #expect(eventually { work.count == 1 })
        work.runNext()
        #expect(eventually { first.isFinished })
        loader.fail("no")
        time.pass(minutes: 46)
        #expect(try source.id() == "KEY1")
        work.runNext()
        // Within the ten minutes in which callers wait otherwise. This renewal never runs.
        time.pass(minutes: 6)
        #expect(Running { try? source.id() }.result() == "KEY1")
        #expect(work.count == 1)
    }

    @Test(arguments: [(0.0, [1.0, 2, 4, 8, 16, 32, 60, 60]), (1.0, [0.5, 1, 2, 4, 8, 16, 30, 30])])
    func `failed renewals are apart by a pause that doubles to a minute, less up to half by chance`(
        share: Double, pauses: [Double]
    ) throws {
        let source = loader.source(time.timing(share: share))
        loader.fail("no")
        for (index, pause) in pauses.enumerated() {
            _ = source.fault
            #expect(loader.count == index + 1)
            time.pass(seconds: pause - 0.01)
            _ = source.fault
            #expect(loader.count == index + 1)
            time.pass(seconds: 0.02)
        }
    }

    @Test func `credentials that live for 15 minutes are renewed half a life ahead`() throws {
        loader.live(900)
        let source = loader.source(time.timing())
        for _ in 0..<44 {
            #expect(try source.id() == "KEY1")
            time.pass(seconds: 10)
        }
        #expect(loader.count == 1)
        time.pass(seconds: 20)
        _ = try source.id()
        #expect(loader.count == 2)
    }

    @Test func `what has ended already is no success`() throws {
        loader.live(-5)
        let source = loader.source(time.timing())
        #expect(source.fault.contains("set this machine's clock"))
    }

    @Test func `refused credentials are replaced at the next call, but not those renewed just now`() throws {
        let source = loader.source(time.timing())
        let first = try source.current(deadline: .soon)
        time.pass(seconds: 11)
        source.discard(first)
        let second = try source.current(deadline: .soon)
        #expect(second.accessKeyID == "KEY2")
        for _ in 0..<100 {
            source.discard(second)
            #expect(try source.id() == "KEY2")
        }
        time.pass(seconds: 11)
        source.discard(first)
        #expect(try source.id() == "KEY2")
        source.discard(second)
        #expect(try source.id() == "KEY3")
    }

    @Test func `credentials that are refused and do not change are asked for every 10 seconds at most`()
        throws
    {
        loader.repeatItself()
        let source = loader.source(time.timing())
        for _ in 0..<600 {
            source.discard(try source.current(deadline: .soon))
            time.pass(seconds: 0.1)
        }
        #expect((2...7).contains(loader.count))
    }

    @Test func `fixed credentials stay whatever happens`() throws {
        let fixed = Credentials(accessKeyID: "FIXED", secretAccessKey: Secret.key, expiration: .distantPast)
        let source = CredentialSource(fixed)
        source.discard(fixed)
        #expect(try source.id() == "FIXED")
    }
}

/// Work that waits until a test lets it run.
private final class Works: Sendable {
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    var count: Int { waiting.withLock { $0.count } }

    func add(_ work: @escaping @Sendable () -> Void) { waiting.withLock { $0.append(work) } }

    func runNext() {
        let work = waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        work?()
    }
}
