@testable import QueryService
import TestSupport
import Testing
@testable import StoreConformance
@testable import AuditStores

/// Hot answers are read anew in the background before they are stale.
@Suite struct RefreshTests {
    private let store = ScriptedStore([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")])
    private let test: TestService
    private var client: Client { test.admin }

    init() throws {
        test = try TestService(store)
    }

    private func status(_ response: Response) -> String? { response.header("Cache-Status") }

    /// Asks often enough to make an answer hot, and goes to where its last tenth begins.
    private func makeHot(_ query: String, _ client: Client) {
        for _ in 0..<3 { _ = client.records(query) }
    }

    @Test
    func
        `a hit near the end of a hot answer's life has it read anew, waits for nothing, and there is one read`()
        throws
    {
        makeHot("userId=u", client)
        test.clock.advance(by: .seconds(269))
        #expect(status(client.records("userId=u")) == "audit-query; hit; ttl=31")
        #expect(store.readCount == 1)
        try store.put([TestRecord.make("b", at: "2024-02-29T13:00:00Z", user: "u")])
        let barrier = Barrier()
        store.wait(at: barrier)
        test.clock.advance(by: .seconds(1))
        for _ in 0..<20 {
            let hit = client.records("userId=u")
            #expect(status(hit) == "audit-query; hit; ttl=30")
            #expect(hit.auditIds == ["a"])
        }
        #expect(eventually { barrier.arrived == 1 })
        #expect(store.readCount == 2)
        barrier.open()
        #expect(eventually { client.records("userId=u").auditIds == ["b", "a"] })
        #expect(status(client.records("userId=u")) == "audit-query; hit; ttl=300")
        #expect(store.readCount == 2)
    }

    @Test func `an answer that few ask for is left to end`() {
        _ = client.records("userId=u")
        test.clock.advance(by: .seconds(290))
        for _ in 0..<2 { #expect(status(client.records("userId=u")) == "audit-query; hit; ttl=10") }
        test.service.stopRefreshing(within: .seconds(10))
        #expect(store.readCount == 1)
    }

    @Test func `reads in the background are bounded in number, and a later hit starts what found no room`()
        throws
    {
        var settings = ServiceSettings.steady
        settings.refreshLimit = 2
        let test = try TestService(store, settings: settings)
        let queries = (1...5).map { "userId=u&limit=\($0)" }
        for query in queries { makeHot(query, test.admin) }
        test.clock.advance(by: .seconds(280))
        let barrier = Barrier()
        store.wait(at: barrier)
        for _ in 0..<3 {
            for query in queries { #expect(status(test.admin.records(query)) == "audit-query; hit; ttl=20") }
        }
        #expect(eventually { barrier.arrived == 2 })
        #expect(store.readCount == 7)
        barrier.open()
        #expect(
            eventually {
                queries.allSatisfy { status(test.admin.records($0)) == "audit-query; hit; ttl=300" }
            })
        #expect(store.readCount == 10)
    }

    @Test func `one that fails is not repeated, and changes nothing until the answer is stale`() {
        makeHot("userId=u", client)
        test.clock.advance(by: .seconds(280))
        store.fail(.unavailable)
        #expect(status(client.records("userId=u")) == "audit-query; hit; ttl=20")
        #expect(eventually { store.readCount == 2 })
        for _ in 0..<10 { #expect(status(client.records("userId=u")) == "audit-query; hit; ttl=20") }
        test.clock.advance(by: .seconds(20))
        #expect(status(client.records("userId=u")) == "audit-query; fwd=stale; detail=store-error")
        #expect(store.readCount == 3)
        store.fail(nil)
        #expect(status(client.records("userId=u")) == "audit-query; fwd=stale; stored")
    }

    @Test
    func `no answer is given past its life because it is being read: whoever comes then shares that read`() {
        makeHot("userId=u", client)
        test.clock.advance(by: .seconds(280))
        let barrier = Barrier()
        store.wait(at: barrier)
        _ = client.records("userId=u")
        #expect(eventually { barrier.arrived == 1 })
        test.clock.advance(by: .seconds(20))
        let client = client
        let late = Running { client.records("userId=u") }
        #expect(late.comesToWait)
        barrier.open()
        #expect(late.result().flatMap(status)?.hasPrefix("audit-query; fwd=stale; ") != false)
        // As of when the store was asked.
        #expect(late.result()?.header("Age") == "20")
        #expect(store.readCount == 2)
    }

    @Test func `what is read anew for one policy is nothing to another`() throws {
        try store.put([
            TestRecord.make("secret", at: "2024-02-29T12:30:00Z", system: "payroll", user: "u")
        ])
        let limited = try test.client(systems: ["system"])
        makeHot("userId=u", client)
        makeHot("userId=u", limited)
        #expect(store.readCount == 2)
        test.clock.advance(by: .seconds(280))
        _ = client.records("userId=u")
        #expect(eventually { status(client.records("userId=u")) == "audit-query; hit; ttl=300" })
        #expect(client.records("userId=u").auditIds == ["secret", "a"])
        let hit = limited.records("userId=u")
        #expect(status(hit) == "audit-query; hit; ttl=20")
        #expect(hit.auditIds == ["a"])
        #expect(eventually { status(limited.records("userId=u")) == "audit-query; hit; ttl=300" })
        #expect(limited.records("userId=u").auditIds == ["a"])
        #expect(store.readCount == 4)
    }

    @Test func `a range that ends now moves on with the read`() throws {
        try store.put([TestRecord.make("old", at: "2024-02-29T12:00:00Z", system: "s")])
        makeHot("systemId=s", client)
        let before = client.records("systemId=s").range
        test.clock.advance(by: .seconds(280))
        _ = client.records("systemId=s")
        #expect(eventually { status(client.records("systemId=s")) == "audit-query; hit; ttl=300" })
        let after = client.records("systemId=s").range
        #expect(before[1] == "2024-03-01T12:00:00.001Z")
        #expect(after[1] == "2024-03-01T12:04:40.001Z")
    }

    @Test(arguments: [false, true])
    func `nothing is read in the background where that is turned off, or once the service stops`(
        _ stops: Bool
    ) throws {
        var settings = ServiceSettings.steady
        if !stops { settings.refreshLimit = 0 }
        let test = try TestService(store, settings: settings)
        makeHot("userId=u", test.admin)
        if stops { test.service.stopRefreshing(within: .seconds(10)) }
        test.clock.advance(by: .seconds(280))
        for _ in 0..<5 { _ = test.admin.records("userId=u") }
        test.service.stopRefreshing(within: .seconds(10))
        #expect(store.readCount == 1)
    }
}
