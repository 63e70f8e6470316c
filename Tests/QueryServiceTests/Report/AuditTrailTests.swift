import Logging
import TestSupport
import Testing

@testable import QueryService
@testable import StoreConformance
@testable import AuditStores
@testable import AuditRecords

/// The audit of the audit, through the whole service.
@Suite struct AuditTrailTests {
    private let store: ScriptedStore
    private let trail = RecordingLog()
    private let test: TestService

    init() throws {
        store = ScriptedStore([
            TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u"),
            TestRecord.make("b", at: "2024-02-29T13:00:00Z", user: "u"),
        ])
        // Nothing is written before a test asks for it, however slow the machine is.
        var instruments = Instruments(log: .silent, audit: trail.logger)
        instruments.auditDelay = .seconds(3600)
        test = try TestService(store, instruments: instruments)
    }

    private var events: [RecordingLog.Event] {
        test.service.flushReports()
        return trail.events
    }

    @Test func `a read says who asked what, from where and when, and what was shown`() throws {
        let query = "userId=u&systemId=system&startDate=2024-02-01&endDate=2024-02-29&limit=1&order=asc"
        let response = test.admin.records(query) {
            $0.client = "192.0.2.7"
            $0.id = "request-9"
        }
        #expect(response.auditIds == ["a"])
        let event = try #require(events.first)
        #expect(event.level == .info && event.message == "read")
        let expected = [
            "EVENT": "read", "API_KEY_ID": test.admin.id, "CLIENT": "192.0.2.7", "ROUTE": "records",
            "STATUS": "200", "CACHE": "miss", "RECORDS": "1", "READS": "1", "ASKED_USER": "u",
            "ASKED_SYSTEM": "system", "ASKED_FROM": "2024-02-01T00:00:00.000Z",
            "ASKED_TO": "2024-03-01T00:00:00.000Z", "ASKED_ORDER": "asc", "ASKED_LIMIT": "1",
        ]
        for (name, value) in expected { #expect(event.text(name) == value, "\(name)") }
        #expect(event.list("REQUEST_ID") == ["request-9"])
        #expect(event.metadata["ASKED_AFTER"] == nil && event.metadata["ASKED_RESOURCE"] == nil)
        // The next page says where it begins, and shows no cursor.
        let cursor = try #require(response.nextCursor)
        #expect(test.admin.records("\(query)&cursor=\(cursor)").auditIds == ["b"])
        let next = try #require(events.last)
        #expect(next.text("ASKED_AFTER") == "2024-02-29T12:00:00.000Z")
        #expect(!trail.lines.joined().contains(cursor))
    }

    @Test func `the filter of a read is named, in its normal form`() throws {
        let response = test.admin.records(
            "userId=u&filter=timestamp+GT+%222024-02-29T12:00:00Z%22+and+(userId+pr)")
        #expect(response.auditIds == ["b"])
        let filter = "timestamp gt \"2024-02-29T12:00:00.000Z\" and userId pr"
        #expect(events.last?.text("ASKED_FILTER") == filter)
        _ = test.admin.records("userId=u")
        #expect(events.last?.metadata["ASKED_FILTER"] == nil)
    }

    @Test func `the search of a read is named, in its normal form`() throws {
        #expect(test.admin.records("userId=u&search=SYSTEM+++resource").auditIds.count == 2)
        #expect(events.last?.text("ASKED_SEARCH") == "resource system")
        _ = test.admin.records("userId=u")
        #expect(events.last?.metadata["ASKED_SEARCH"] == nil)
    }

    @Test func `a count says what it was made by and how many it told of, and no record was shown`() throws {
        let question = "userId=u&by=userId&by=day&top=7&filter=auditId+pr&startDate=2024-02-01"
        for cache in ["miss", "hit"] {
            #expect(test.admin.send("GET", "/v1/records/count", query: question).status == 200)
            let event = try #require(events.last)
            let expected = [
                "ROUTE": "count", "STATUS": "200", "CACHE": cache, "RECORDS": "0", "COUNTED": "2",
                "ASKED_TOP": "7",
                "ASKED_USER": "u", "ASKED_FILTER": "auditId pr", "ASKED_FROM": "2024-02-01T00:00:00.000Z",
            ]
            for (name, value) in expected { #expect(event.text(name) == value, "\(name)") }
            #expect(event.list("ASKED_BY") == ["day", "userId"])
            #expect(event.metadata["ASKED_LIMIT"] == nil && event.metadata["ASKED_ORDER"] == nil)
        }
        let quoted = "userId=u&by=%22day%22&by=details.%22a+b%22"
        #expect(test.admin.send("GET", "/v1/records/count", query: quoted).status == 200)
        #expect(events.last?.list("ASKED_BY") == ["\"day\"", "details.\"a b\""])
        #expect(events.last?.text("ASKED_TOP") == "100")
        // Without groups there is nothing that they are made by.
        #expect(
            test.admin.send("GET", "/v1/records/count", query: "userId=u&filter=auditId+eq+%22a%22").status
                == 200)
        let alone = try #require(events.last)
        #expect(alone.text("COUNTED") == "1" && alone.text("RECORDS") == "0")
        #expect(alone.metadata["ASKED_BY"] == nil && alone.metadata["ASKED_TOP"] == nil)
        _ = test.admin.records("userId=u")
        #expect(events.last?.metadata["COUNTED"] == nil)
    }

    @Test func `records by their ids are named`() throws {
        let ids = ["system/2024-02-29T12:00:00Z/a", "none"]
        _ = test.admin.batch(ids)
        #expect(events.last?.list("ASKED_ID") == ids)
        #expect(events.last?.text("ROUTE") == "batch")
        let id = String(
            decoding: TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u").key.id, as: UTF8.self)
        #expect(test.admin.send("GET", "/v1/records/\(id)").status == 200)
        #expect(events.last?.text("ASKED_ID") == id)
    }

    @Test func `a read that is spelt as one before says what was asked as that does`() throws {
        let query = "userId=u&systemId=system&endDate=2024-02-29&limit=1&filter=secret+pr"
        for client in ["192.0.2.7", "192.0.2.8", "192.0.2.9"] {
            _ = test.admin.records(query) { $0.client = client }
        }
        let events = events
        #expect(events.map { $0.text("CACHE") } == ["miss", "hit", "hit"])
        for event in events {
            for name in ["USER", "SYSTEM", "FROM", "TO", "LIMIT", "ORDER", "FILTER"].map({ "ASKED_" + $0 }) {
                #expect(event.text(name) == events[0].text(name), "\(name)")
            }
        }
        #expect(events[2].text("ASKED_USER") == "u" && events[2].text("ASKED_FILTER") == "secret pr")
    }

    @Test func `hits of one key, address and question are one event with all their ids`() throws {
        for index in 0..<1200 {
            _ = test.admin.records("userId=u") {
                $0.id = "request-\(index)"
                $0.client = index % 2 == 0 ? "::1" : "::2"
            }
        }
        let other = try test.client()
        _ = other.records("userId=u") { $0.id = "other" }
        let hits = events.filter { $0.text("CACHE") == "hit" }
        // 599 and 600 reads, 240 an event at most; the other key's question is the same, its event its own.
        #expect(hits.count == 7)
        #expect(Set(events.flatMap { $0.list("REQUEST_ID") }).count == 1201)
        #expect(hits.allSatisfy { $0.text("READS") == "\($0.list("REQUEST_ID").count)" })
        #expect(
            hits.filter { $0.text("API_KEY_ID") == other.id }.map { $0.list("REQUEST_ID") } == [["other"]])
    }

    @Test func `reads of two keys are never one event, though policy, address and question are the same`()
        throws
    {
        let clients = [test.admin, try test.client(), try test.client()]
        for index in 0..<12 {
            _ = clients[index % 3].records("userId=u") {
                $0.id = "request-\(index)"
                $0.client = "192.0.2.7"
            }
        }
        for (number, client) in clients.enumerated() {
            let ids = events.filter { $0.text("API_KEY_ID") == client.id }.flatMap { $0.list("REQUEST_ID") }
            #expect(Set(ids) == Set((0..<4).map { "request-\($0 * 3 + number)" }) && ids.count == 4)
        }
    }

    @Test func `failures, stale answers, refusals and records that are not there are reads too`() throws {
        store.fail(.unavailable)
        _ = test.admin.records("userId=u")
        #expect(events.last?.text("STATUS") == "503")
        #expect(events.last?.metadata["CACHE"] == nil)
        store.fail(nil)
        _ = test.admin.send("GET", "/v1/records/c3lzdGVt")
        let limited = try test.client(systems: ["own"])
        _ = limited.records("systemId=other")
        #expect(events.last?.text("STATUS") == "403")
        #expect(events.last?.text("API_KEY_ID") == limited.id)
        let count = events.count
        // Who is not known, and what was not understood, has read nothing.
        _ = test.admin.records("userId=u") { $0.apiKey = "wrong" }
        _ = test.admin.records("limit=none")
        _ = test.admin.send("GET", "/healthz")
        #expect(events.count == count)
    }

    @Test func `the trail is written without anybody asking for it`() throws {
        let test = try TestService(store, instruments: Instruments(log: .silent, audit: trail.logger))
        _ = test.admin.records("userId=u")
        #expect(eventually { !trail.events.isEmpty })
    }
}
