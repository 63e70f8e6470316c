@testable import QueryService
import Logging
import TestSupport
import Testing
@testable import StoreConformance
@testable import AuditStores

@Suite struct ReadLogTests {
    private let log = RecordingLog()
    private let store = ScriptedStore([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")])
    private let test: TestService

    init() throws {
        test = try TestService(store, instruments: Instruments(log: log.logger))
    }

    private var reads: [RecordingLog.Event] { log.events.filter { $0.message == "the store was read" } }

    // This store has no regions, as the embedded one.
    @Test func `at debug each read of a store is a line, whatever the store, and what was not read is none`()
        throws
    {
        _ = test.admin.records("userId=u")
        let first = try #require(reads.first)
        #expect(reads.count == 1 && first.level == .debug)
        #expect(first.text("REQUEST_ID") == "request-1" && first.text("RECORDS") == "1")
        #expect(first.text("STORE_MS") != nil && first.text("REGION") == nil)
        _ = test.admin.records("userId=u")
        #expect(reads.count == 1, "a hit reads nothing")
        _ = test.admin.records("userId=u") { $0.cacheControl = "no-cache" }
        #expect(reads.count == 2)
        test.clock.advance(by: .seconds(301))
        _ = test.admin.records("userId=u")
        #expect(reads.count == 3)
        _ = test.admin.send("GET", "/v1/records/bm9uZQ")
        #expect(reads.count == 3, "an id that cannot be is not read")
        _ = test.admin.send("GET", "/readyz")
        #expect(log.events.contains { $0.level == .debug && $0.message == "the store was probed" })
    }

    @Test func `who waits for another's read has read nothing`() {
        let barrier = Barrier()
        store.wait(at: barrier)
        let asking = (0..<2).map { _ in Running { test.admin.records("userId=u") } }
        #expect(eventually { barrier.arrived == 1 })
        barrier.open()
        #expect(asking.allSatisfy { $0.result()?.status == 200 })
        #expect(reads.count == 1)
    }

    @Test func `what was wrong with the store last is kept, and whether it is well again`() throws {
        #expect(test.service.storeHealth.isAnswering && test.service.storeHealth.lastFailure == nil)
        store.fail(.unavailable)
        _ = test.admin.records("userId=u")
        #expect(!test.service.storeHealth.isAnswering)
        let failure = try #require(test.service.storeHealth.lastFailure)
        #expect(failure.time == test.clock.wall && !failure.description.isEmpty)
        store.fail(nil)
        _ = test.admin.records("userId=u")
        #expect(test.service.storeHealth.isAnswering && test.service.storeHealth.lastFailure == failure)
    }
}
