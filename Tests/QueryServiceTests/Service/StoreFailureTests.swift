@testable import QueryService
import TestSupport
import Testing
@testable import AuditStores
@testable import AuditRecords
@testable import StoreConformance

@Suite struct StoreFailureTests {
    private let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")
    private let store: ScriptedStore
    private let test: TestService
    private var client: Client { test.admin }
    private var id: String { String(decoding: record.key.id, as: UTF8.self) }

    init() throws {
        store = ScriptedStore([record])
        test = try TestService(store)
    }

    @Test(arguments: [StoreError.Code.unavailable, .busy, .full, .deadline])
    func `a store that fails is 503 or 504, never an empty answer`(_ code: StoreError.Code) {
        store.fail(code)
        let responses = [
            client.records("userId=u"), client.records("userId=unknown"), client.post("{\"userId\":\"u\"}"),
            client.send("GET", "/v1/records/\(id)"), client.batch([id]),
            client.records("systemId=system&startDate=2024-02-29"),
        ]
        for response in responses {
            #expect(response.isProblem(code == .deadline ? 504 : 503))
            #expect(code == .deadline || response.header("Retry-After").flatMap { Int($0) } != nil)
            #expect(!response.text.contains("/secret/path"))
            #expect(response.header("ETag") == nil)
        }
        // A failure is not kept.
        store.fail(nil)
        #expect(client.records("userId=u").auditIds == ["a"])
        #expect(client.send("GET", "/v1/records/\(id)").status == 200)
    }

    @Test(arguments: [
        (StoreError.Code.unavailable, "store-error"), (.deadline, "store-error"), (.busy, "store-busy"),
    ])
    func `a stale answer is served for an hour when the store fails, and marked`(
        _ code: StoreError.Code, _ detail: String
    ) {
        let first = client.records("userId=u")
        store.fail(code)
        #expect(client.records("userId=u").header("Cache-Status") == "audit-query; hit; ttl=300")
        test.clock.advance(by: .seconds(300))
        let stale = client.records("userId=u")
        #expect(stale.status == 200)
        #expect(stale.body == first.body)
        #expect(stale.header("Cache-Status") == "audit-query; fwd=stale; detail=\(detail)")
        #expect(stale.header("Age") == "300")
        #expect(client.records("userId=u") { $0.ifNoneMatch = first.header("ETag") }.status == 304)
        test.clock.advance(by: .seconds(3599))
        #expect(client.records("userId=u").header("Age") == "3899")
        test.clock.advance(by: .seconds(1))
        #expect(client.records("userId=u").status == (code == .deadline ? 504 : 503))
        store.fail(nil)
        #expect(client.records("userId=u").header("Cache-Status") == "audit-query; fwd=miss; stored")
    }

    @Test(arguments: [StoreError.Code.unavailable, .busy, .deadline])
    func `that a record was not there is no answer past its time when the store fails`(
        _ code: StoreError.Code
    ) throws {
        let late = TestRecord.make("late", at: "2024-02-29T12:00:00Z", user: "u")
        let path = "/v1/records/\(String(decoding: late.key.id, as: UTF8.self))"
        #expect(client.send("GET", path).status == 404)
        try store.put([late])
        store.fail(code)
        test.clock.advance(by: .seconds(300))
        // A 404 says neither how old it is nor that the store has failed.
        #expect(client.send("GET", path).status == (code == .deadline ? 504 : 503))
        store.fail(nil)
        #expect(client.send("GET", path).status == 200)
    }

    @Test func `a fault of our own is never hidden behind a stale answer`() throws {
        let client = try test.client(hidden: ["secret"])
        #expect(client.records("userId=u").auditIds == ["a"])
        test.clock.advance(by: .seconds(300))
        // The same record, which can be read from the store and not be made into an answer.
        try store.put([
            TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u", attributes: "{\"secret\":")
        ])
        let response = client.records("userId=u")
        #expect(response.isProblem(500, "internal-error"))
        #expect(response.header("Cache-Status")?.contains("stale") != true && response.header("Age") == nil)
    }

    @Test func `a client that wants a fresh answer is not given a stale one`() {
        _ = client.records("userId=u")
        store.fail(.unavailable)
        #expect(client.records("userId=u") { $0.cacheControl = "no-cache" }.status == 503)
        #expect(client.records("userId=u").status == 200)
    }

    @Test func `a failure in the middle of a page is an error, not a short page`() throws {
        struct FailsLater: RecordStore {
            let record: AuditRecord
            func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
                guard read.after == nil else { throw StoreError(.unavailable, "gone") }
                return PartitionRun(records: [record], resume: record.key)
            }
            func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
                FetchedRecords(records: [])
            }
            func put(_ records: [AuditRecord]) throws(StoreError) {}
            func probe() throws(StoreError) {}
        }
        #expect(try TestService(FailsLater(record: record)).admin.records("userId=u").isProblem(503))
    }

    @Test func `threads beyond the store's limit are refused at once, while hits and health go on`() throws {
        var settings = ServiceSettings.steady
        settings.storeLimit = 2
        let test = try TestService(store, settings: settings)
        let client = test.admin
        #expect(client.records("userId=u").status == 200)
        #expect(client.records("userId=old").status == 200)
        test.clock.advance(by: .seconds(200))
        #expect(client.records("userId=u") { $0.cacheControl = "no-cache" }.status == 200)
        test.clock.advance(by: .seconds(100))
        let barrier = Barrier()
        store.wait(at: barrier)
        let waiting = (0..<2).map { index in Running { client.records("userId=other-\(index)") } }
        defer { barrier.open() }
        #expect(eventually { barrier.arrived == 2 })
        // On a thread of its own: who was let in would wait at the barrier.
        let refused = try #require(Running { client.records("userId=third") }.result(), "it was let in")
        #expect(refused.isProblem(503, "store-unavailable"))
        #expect(refused.header("Retry-After") == "1")
        #expect(
            client.records("userId=old").header("Cache-Status") == "audit-query; fwd=stale; detail=store-busy"
        )
        #expect(client.records("userId=u").header("Cache-Status") == "audit-query; hit; ttl=200")
        #expect(client.send("GET", "/healthz").status == 200)
        barrier.open()
        for request in waiting { #expect(request.result()?.status == 200) }
        #expect(client.records("userId=third").status == 200)
    }

    @Test func `attributes that are no JSON are an error for a key that may not see all of them`() throws {
        try store.put([
            TestRecord.make("b", at: "2024-02-29T12:00:00Z", user: "broken", attributes: "{secret")
        ])
        let response = try test.client(hidden: ["secret"]).records("userId=broken")
        #expect(response.isProblem(500, "internal-error"))
        #expect(!response.text.contains("secret"))
    }
}
