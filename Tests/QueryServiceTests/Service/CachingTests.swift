@testable import QueryService
import TestSupport
import Testing
@testable import StoreConformance

@Suite struct CachingTests {
    private let store = ScriptedStore([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")])
    private let test: TestService
    private var client: Client { test.admin }

    init() throws {
        test = try TestService(store)
    }

    private func status(_ response: Response) -> String? { response.header("Cache-Status") }

    @Test func `the second of two equal questions is answered without the store until its time is over`() {
        let first = client.records("userId=u")
        #expect(status(first) == "audit-query; fwd=miss; stored")
        #expect(first.header("Age") == "0")
        #expect(first.header("Cache-Control") == "private, max-age=300")
        #expect(first.header("Vary") == "X-Api-Key, Authorization, Accept, Accept-Encoding")
        test.clock.advance(by: .seconds(29))
        let second = client.records("userId=u")
        #expect(status(second) == "audit-query; hit; ttl=271")
        #expect(second.header("Age") == "29")
        #expect(second.body == first.body)
        #expect(second.header("ETag") == first.header("ETag"))
        test.clock.advance(by: .milliseconds(270_999))
        #expect(status(client.records("userId=u")) == "audit-query; hit; ttl=1")
        #expect(store.readCount == 1)
        test.clock.advance(by: .milliseconds(1))
        let late = client.records("userId=u")
        #expect(status(late) == "audit-query; fwd=stale; stored")
        #expect(late.header("Age") == "0")
        #expect(store.readCount == 2)
        #expect(status(client.records("userId=u")) == "audit-query; hit; ttl=300")
    }

    @Test func `spellings of one question share an answer, and different questions none`() {
        let same = ["userId=u", "userId=%75", "limit=100&userId=u", "userId=u&order=desc"]
        for query in same { _ = client.records(query) }
        _ = client.post("{\"order\":\"desc\",\"userId\":\"\\u0075\"}")
        #expect(store.readCount == 1)
        let others = [
            "userId=u&limit=99", "userId=u&order=asc", "userId=U", "systemId=system&userId=u", "resourceId=u",
            "userId=u&startDate=2024-02-29", "userId=u&endDate=2024-02-29", "systemId=u", "userId=u_",
        ]
        for query in others {
            #expect(status(client.records(query)) == "audit-query; fwd=miss; stored", "\(query)")
        }
        #expect(status(client.records("userId=u")) == "audit-query; hit; ttl=300")
    }

    @Test func `keys of one policy share answers, keys of different policies none`() throws {
        _ = client.records("userId=u")
        #expect(status(try test.client().records("userId=u")) == "audit-query; hit; ttl=300")
        #expect(
            status(try test.client(systems: ["system"]).records("userId=u"))
                == "audit-query; fwd=miss; stored")
        #expect(status(try test.client(hidden: ["x"]).records("userId=u")) == "audit-query; fwd=miss; stored")
    }

    @Test(arguments: ["no-cache", "No-Cache", "max-age=0", "private, no-cache", "no-store"])
    func `a client that wants a fresh answer gets one, which refreshes the entry`(_ directive: String) throws
    {
        _ = client.records("userId=u")
        try store.put([TestRecord.make("b", at: "2024-02-29T13:00:00Z", user: "u")])
        #expect(client.records("userId=u").auditIds == ["a"])
        let fresh = client.records("userId=u") { $0.cacheControl = directive }
        #expect(fresh.auditIds == ["b", "a"])
        #expect(status(fresh) == "audit-query; fwd=request; stored")
        #expect(status(client.records("userId=u")) == "audit-query; hit; ttl=300")
        #expect(client.records("userId=u").auditIds == ["b", "a"])
        #expect(client.records("userId=u") { $0.cacheControl = "max-age=300" }.status == 200)
        #expect(store.readCount == 2)
    }

    @Test func `an unchanged answer is 304, by its tag, a weak one, a list or a star`() throws {
        let first = client.records("userId=u")
        let tag = try #require(first.header("ETag"))
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 10)
        for candidates in [tag, "W/\(tag)", "\"x\", \(tag)", "\"x\",W/\(tag) ,\"y\"", "*"] {
            for method in ["GET", "HEAD"] {
                let response = client.send(method, "/v1/records", query: "userId=u") {
                    $0.ifNoneMatch = candidates
                }
                #expect(response.status == 304)
                #expect(response.body.isEmpty)
                #expect(response.header("ETag") == tag)
                #expect(response.header("Cache-Control") != nil)
                #expect(response.header("Vary") != nil)
            }
        }
        for candidates in [
            "\"x\"", "W/\"x\"", String(tag.dropLast()), tag.dropFirst().dropLast().description, "",
        ] {
            #expect(client.records("userId=u") { $0.ifNoneMatch = candidates }.body == first.body)
        }
        #expect(client.post("{\"userId\":\"u\"}") { $0.ifNoneMatch = tag }.status == 200)
        let id = try #require(first.ids.first)
        let record = client.send("GET", "/v1/records/\(id)")
        #expect(
            client.send("GET", "/v1/records/\(id)") { $0.ifNoneMatch = record.header("ETag") }.status == 304)
        #expect(client.send("GET", "/v1/records/\(id)") { $0.ifNoneMatch = tag }.status == 200)
        try store.put([TestRecord.make("b", at: "2024-02-29T13:00:00Z", user: "u")])
        test.clock.advance(by: .seconds(300))
        #expect(client.records("userId=u") { $0.ifNoneMatch = tag }.auditIds == ["b", "a"])
    }

    @Test func `requests that ask the same while it is read share one read`() {
        let barrier = Barrier()
        store.wait(at: barrier)
        let client = client
        let requests = (0..<8).map { _ in Running { client.records("userId=u") } }
        #expect(eventually { barrier.arrived == 1 })
        barrier.open()
        let statuses = requests.map { $0.result().flatMap { $0.header("Cache-Status") } }
        #expect(store.readCount == 1)
        // Who comes after the read finds what it brought.
        #expect(statuses.count { $0 == "audit-query; fwd=miss; stored" } >= 1)
        let known: Set = [
            "audit-query; fwd=miss; stored", "audit-query; fwd=miss; collapsed", "audit-query; hit; ttl=300",
        ]
        #expect(Set(statuses.compactMap(\.self)).isSubset(of: known))
        #expect(!statuses.contains(nil))
    }

    @Test(arguments: 1...4)
    func `an equal question that is answered while this one looks into the cache is not read again`(
        _ look: Int
    ) {
        // The first look at the clock is the client's; the last one comes after that into the cache, before the read.
        let client = client
        let (looks, inner) = (Counter(), Counter())
        test.clock.atEachLook { [clock = test.clock] in
            guard looks.add() == look else { return }
            clock.atEachLook(nil)
            if client.records("userId=u").status == 200 { inner.add() }
        }
        let response = client.records("userId=u")
        #expect(inner.value == 1)
        #expect(response.header("Cache-Status") == "audit-query; hit; ttl=300")
        #expect(store.readCount == 1)
    }

    @Test func `a page that ended early is fresh for two seconds only`() throws {
        var settings = ServiceSettings.steady
        settings.pageTime = .zero
        let records = (0..<3).map { TestRecord.make("a", at: "2024-02-2\($0)T12:00:00Z", system: "s") }
        let client = try TestService(ScriptedStore(records), settings: settings).admin
        let response = client.records("systemId=s&startDate=2024-02-20&endDate=2024-02-23&order=asc")
        #expect(response.json["stopReason"] as? String == "budget")
        #expect(response.json["hasMore"] as? Bool == true)
        #expect(response.header("Cache-Control") == "private, max-age=2")
    }
}
