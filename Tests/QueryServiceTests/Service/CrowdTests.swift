@testable import QueryService
import Foundation
import Synchronization
import TestSupport
import Testing
@testable import StoreConformance

@Suite struct CrowdTests {
    /// Ten thousand, or as many as a tool allows that the tests run under (scripts/sanitize).
    private static let count =
        ProcessInfo.processInfo.environment["AUDIT_QUERY_TEST_CROWD"].flatMap(Int.init) ?? 10_000

    @Test func `ten thousand equal questions at once on an empty cache are one read of the store`() throws {
        let store = ScriptedStore([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")])
        let barrier = Barrier()
        store.wait(at: barrier)
        var settings = ServiceSettings.steady
        // The store is held up for as long as it takes ten thousand threads to come, which on a slow machine is
        // minutes: all of them may wait so long.
        settings.storeLimit = Self.count
        settings.deadline = .seconds(600)
        let client = try TestService(store, settings: settings).admin
        let marks = (0..<Self.count).map { _ in StageMark() }
        let tallies = Mutex<[String?: Int]>([:])
        let bodies = Mutex<Set<[UInt8]>>([])
        let done = DispatchGroup()
        for mark in marks {
            done.enter()
            let thread = Thread {
                let response = client.records("userId=u") { $0.stage = mark }
                tallies.withLock { $0[response.header("Cache-Status"), default: 0] += 1 }
                bodies.withLock { _ = $0.insert(response.body) }
                done.leave()
            }
            thread.stackSize = 256 * 1024
            thread.start()
        }
        // Who is there but not yet waiting when the read ends finds what it brought.
        try eventually("all have come", within: .seconds(300)) { marks.allSatisfy { $0.stage == .store } }
        #expect(barrier.arrived == 1)
        barrier.open()
        #expect(done.wait(timeout: .now() + 300) == .success)
        #expect(store.readCount == 1)
        #expect(bodies.withLock(\.count) == 1)
        let tally = tallies.withLock(\.self)
        #expect(tally["audit-query; fwd=miss; stored"] == 1)
        #expect(tally["audit-query; fwd=miss; collapsed", default: 0] > Self.count / 2)
        #expect(tally.values.reduce(0, +) == Self.count)
    }
}
