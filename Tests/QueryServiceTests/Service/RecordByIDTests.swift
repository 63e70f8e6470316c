@testable import QueryService
import Foundation
import Testing
@testable import AuditRecords
@testable import StoreConformance

/// Records by their ids, alone and in batches.
@Suite struct RecordByIDTests {
    private let records = ["a", "b", "é"].map {
        TestRecord.make(
            Identifier($0), at: "2024-02-29T12:00:00.123456Z", system: "s", user: "u",
            attributes: "{\"n\":12345678901234567890123456789012345678.10,\"e\":1E+2}")
    }
    private let store: ScriptedStore
    private let client: Client

    init() throws {
        store = ScriptedStore(records)
        client = try TestService(store).admin
    }

    private func id(_ record: AuditRecord) -> String { String(decoding: record.key.id, as: UTF8.self) }
    private var missing: String { id(TestRecord.make("missing", at: "2024-02-29T12:00:00Z", system: "s")) }

    @Test func `every record of an answer is found by its id, the same in all of its parts`() throws {
        let page = client.records("userId=u")
        #expect(page.records.count == 3)
        for (id, record) in zip(page.ids, page.records) {
            let response = client.send("GET", "/v1/records/\(id)")
            #expect(response.status == 200)
            #expect(NSDictionary(dictionary: response.json) == NSDictionary(dictionary: record))
            #expect(page.text.contains(response.text.dropLast()))
            #expect(response.text.contains("12345678901234567890123456789012345678.10"))
        }
    }

    @Test func `a batch answers in the order asked, with null for what there is not, and repeats`() {
        let ids = ["garbage!", id(records[1]), missing, "é", id(records[0]), id(records[1]), "A"]
        let response = client.batch(ids)
        #expect(response.status == 200)
        let found = response.json["records"] as? [Any] ?? []
        #expect(
            found.map { ($0 as? [String: Any])?["auditId"] as? String }
                == [nil, "b", nil, nil, "a", "b", nil])
        #expect(store.fetchCount == 1)
        #expect(client.batch(ids).header("Cache-Status") == "audit-query; hit; ttl=300")
        #expect(client.batch(ids.reversed()).body != response.body)
        #expect(client.batch(Array(repeating: ids[0], count: 100)).status == 200)
    }

    @Test func `a batch of more than 8 MiB is 400 and names ids, one that just fits is answered whole`()
        throws
    {
        let large = (0..<9).map { index in
            TestRecord.make(
                Identifier("l\(index)"), at: "2024-02-29T12:00:00Z", system: "s",
                attributes: "{\"a\":\"\(String(repeating: "x", count: 1_000_000))\"}")
        }
        let store = ScriptedStore(large + records)
        let client = try TestService(store).admin
        let fitting = client.batch(large.prefix(8).map(id))
        #expect(fitting.status == 200)
        #expect(fitting.records.count == 8)
        let all = client.batch(large.map(id) + [missing])
        #expect(all.isProblem(400, "invalid-parameters"))
        #expect(all.faultyParameters == ["ids"])
        #expect(all.text.contains("8 MiB"))
        // What is asked for twice is in the answer twice.
        #expect(client.batch(Array(repeating: id(large[0]), count: 9)).faultyParameters == ["ids"])
        #expect(client.batch(Array(repeating: id(large[0]), count: 8)).records.count == 8)
        // A limited key is told nothing of what it may not see.
        #expect(try TestService(store).client(systems: ["other"]).batch(large.map(id)).status == 200)
        #expect(client.records("userId=user&limit=1000").json["stopReason"] as? String == "size")
    }

    @Test(arguments: [
        ("{}", "ids"), ("{\"ids\":[]}", "ids"), ("{\"ids\":null}", "ids"), ("{\"ids\":\"a\"}", "ids"),
        ("{\"ids\":{}}", "ids"), ("{\"ids\":[1]}", "ids[0]"), ("{\"ids\":[\"a\",\"\"]}", "ids[1]"),
        ("{\"ids\":[\"a\",[\"b\"]]}", "ids[1]"), ("{\"ids\":[\"\\udc00\"]}", "ids[0]"), ("[\"a\"]", "body"),
        ("{\"ids\":[\"a\"],\"more\":1}", "more"), ("{\"ids\":[\"a\"],\"ids\":[\"b\"]}", "ids"),
    ])
    func `a malformed batch is 400 and names the place`(_ body: String, _ place: String) {
        let response = client.send("POST", "/v1/records/batch", body: body)
        #expect(response.isProblem(400, "invalid-parameters"))
        #expect(response.faultyParameters == [place])
        #expect(store.fetchCount == 0)
    }

    @Test func `a batch has at most 100 ids, and all that are wrong are listed`() {
        #expect(client.batch(Array(repeating: "a", count: 101)).faultyParameters == ["ids"])
        let response = client.send("POST", "/v1/records/batch", body: "{\"x\":1,\"ids\":[1,\"a\",null]}")
        #expect(response.faultyParameters == ["x", "ids[0]", "ids[2]"])
    }

    @Test func `an id that is malformed, unknown or cut is 404`() {
        let id = id(records[0])
        for wrong in [missing, "a", "!", "%2e", id + "A", String(id.dropLast()), id.lowercased(), "\(id)="] {
            let response = client.send("GET", "/v1/records/\(wrong)")
            #expect(response.isProblem(404, "not-found"), "\(wrong)")
            #expect(response.header("X-Audit-Key-Id") == client.id)
        }
    }

    @Test func `that a record is not there is remembered for as long as an answer`() {
        #expect(client.send("GET", "/v1/records/\(missing)").status == 404)
        #expect(client.send("GET", "/v1/records/\(missing)").status == 404)
        #expect(store.fetchCount == 1)
    }
}
