@testable import QueryService
import TestSupport
import Testing
@testable import AuditStores
@testable import AuditRecords
@testable import StoreConformance

/// Answers of a store that cannot be sure that it has everything.
@Suite struct DoubtTests {
    private let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")
    private let store: ScriptedStore
    private let test: TestService
    private var client: Client { test.admin }
    private var id: String { String(decoding: record.key.id, as: UTF8.self) }

    init() throws {
        store = ScriptedStore([record])
        test = try TestService(store)
    }

    private func doubt(_ cause: StoreDoubt.Cause, since age: Duration) {
        store.doubt(StoreDoubt(cause, known: test.clock.steady - age))
    }

    @Test(arguments: [(StoreDoubt.Cause.standby, "standby"), (.primaryAlone, "primary-alone")])
    func `it says so, with its true age, and is kept for those who ask at the same time only`(
        _ cause: StoreDoubt.Cause, _ detail: String
    ) {
        doubt(cause, since: .seconds(40))
        let requests: [() -> Response] = [
            { client.records("userId=u") }, { client.send("GET", "/v1/records/\(id)") },
            { client.batch([id]) }, { client.send("GET", "/v1/records/count", query: "userId=u&by=user") },
        ]
        for request in requests {
            let first = request()
            #expect(
                first.header("Cache-Status") == "audit-query; fwd=miss; stored; detail=\(detail)", "\(first)")
            #expect(first.header("Age") == "40")
            #expect(first.header("Cache-Control") == "private, max-age=2")
            #expect(request().header("Cache-Status") == "audit-query; hit; ttl=2; detail=\(detail)")
        }
        test.clock.advance(by: .seconds(2))
        store.doubt(nil)
        for request in requests {
            let second = request()
            #expect(second.header("Cache-Status") == "audit-query; fwd=stale; stored", "\(second)")
            #expect(second.header("Age") == "0")
        }
    }

    @Test func `a cached answer that knows more is served in its place, and marked`() {
        _ = client.records("userId=u")
        test.clock.advance(by: .seconds(301))
        doubt(.standby, since: .seconds(400))
        let older = client.records("userId=u")
        #expect(older.header("Cache-Status") == "audit-query; fwd=stale; detail=standby")
        #expect(older.header("Age") == "301")
        doubt(.primaryAlone, since: .seconds(400))
        let alone = client.records("userId=u")
        #expect(alone.header("Cache-Status") == "audit-query; fwd=stale; stored; detail=primary-alone")
        #expect(alone.header("Age") == "400", "it has all that the cached one has")
        #expect(client.records("userId=u").header("Cache-Status")?.contains("; hit; ttl=2;") == true)
        test.clock.advance(by: .seconds(3))
        doubt(.standby, since: .seconds(1))
        let newer = client.records("userId=u")
        #expect(newer.header("Cache-Status") == "audit-query; fwd=stale; stored; detail=standby")
        #expect(newer.header("Age") == "1")
    }

    @Test func `what a standby lacks is not said to be missing, nor given to who wants it fresh or too late`()
    {
        doubt(.standby, since: .seconds(1))
        let unknown = TestRecord.make("b", at: "2024-02-29T12:00:00Z", user: "u").key.id
        #expect(client.send("GET", "/v1/records/\(String(decoding: unknown, as: UTF8.self))").status == 503)
        #expect(client.records("userId=u") { $0.cacheControl = "no-cache" }.status == 503)
        doubt(.standby, since: .seconds(3900))
        #expect(client.records("userId=u&limit=7").status == 503)
        // A primary that stands alone is what there is.
        doubt(.primaryAlone, since: .seconds(100_000))
        let alone = client.records("userId=u") { $0.cacheControl = "no-cache" }
        #expect(alone.header("Cache-Status") == "audit-query; fwd=request; stored; detail=primary-alone")
        #expect(alone.header("Age") == "100000")
    }

    @Test func `the oldest of what a page was read from is its age`() {
        var usage = StoreUsage.none
        let now = ContinuousClock.now
        usage += StoreUsage.none
        #expect(usage.doubt == nil)
        for age in [20, 30, 10] {
            var other = StoreUsage.none
            other.doubt = StoreDoubt(.standby, known: now - .seconds(age))
            usage += other
            usage += .none
        }
        #expect(usage.doubt?.known == now - .seconds(30))
    }
}
