import HTTPClient
import TestSupport
import Testing

/// What a narrow key may not see it never sees: not by a query, an id, a cursor, a tag, a count, nor from
/// what a wide key has put into the cache.
@Suite(.live(.init(lines: GeneratedRecords.lines)), .logsOnFailure)
struct PolicyTests {
    let live: LiveInstallation
    let model: Model
    let admin: Client

    init() throws {
        live = try LiveInstallation.shared
        model = try GeneratedRecords.model.get()
        admin = live.client()
    }

    /// A client with a new key.
    private func client(systems: [String] = [], hidden: [String] = []) throws -> Client {
        live.client(.secret(try live.key("narrow", systems: systems, hidden: hidden)))
    }

    @Test func `a key of some systems sees their records only, also after an admin's equal queries`() throws {
        let narrow = try client(systems: ["billing", "crm-*"])
        let seen = { (record: ModelRecord) in
            record.systemId == "billing" || record.systemId.hasPrefix("crm-")
        }
        for user in GeneratedRecords.users {
            for limit in ["9", "1000"] {
                let all = try admin.pages(["userId": user, "limit": limit])
                let some = try narrow.pages(["userId": user, "limit": limit])
                let again = try narrow.records(["userId": user, "limit": limit])
                #expect(all.flatMap(\.records).map(\.fields) == model.matching(user: user).map(\.fields))
                #expect(
                    some.flatMap(\.records).map(\.fields)
                        == model.matching(user: user).filter(seen).map(\.fields))
                #expect(some.allSatisfy { $0.scope.systems == ["billing", "crm-*"] })
                #expect(again["Cache-Status"]?.contains("; hit;") == true)
            }
        }
        for resource in GeneratedRecords.resources {
            _ = try admin.records(["resourceId": resource])
            let page = try Page(narrow.records(["resourceId": resource]))
            let expected = model.matching(resource: resource).filter(seen)
            #expect(page.records.map(\.fields) == expected.prefix(100).map(\.fields))
        }
    }

    @Test(arguments: ["billing#eu", "crm", "crm_core", "a_b", "BILLING", "billin", "nothing-there"])
    func `a system outside the policy is 403, there or not`(_ system: String) throws {
        let narrow = try client(systems: ["billing", "crm-*"])
        let dates: KeyValuePairs = ["systemId": system, "startDate": "2024-01-01", "endDate": "2024-03-01"]
        _ = try admin.records(dates)
        for answer in [
            try narrow.records(dates), try narrow.records(["systemId": system, "userId": "alice"]),
            try narrow.query(["systemId": system, "resourceId": "none"]),
        ] {
            try answer.expectProblem(403, "forbidden")
            #expect(answer.faultyParameters == ["systemId"])
            #expect(answer["ETag"] == nil && answer["Cache-Status"] == nil)
        }
    }

    @Test func `ids and batches outside the policy look like ones that do not exist`() throws {
        let narrow = try client(systems: ["billing"])
        let records = try Page(admin.records(["userId": "alice", "limit": "1000"])).records
        let foreign = try #require(records.first { $0.systemId == "a_b" })
        let own = try #require(records.first { $0.systemId == "billing" })
        #expect(try admin.get("/v1/records/\(foreign.id)").status == 200)
        let refused = try narrow.get("/v1/records/\(foreign.id)")
        let unknown = try narrow.get("/v1/records/bm90aGluZw")
        try refused.expectProblem(404, "not-found")
        #expect(
            refused.text.replacing(refused.requestID, with: "")
                == unknown.text.replacing(unknown.requestID, with: ""))
        #expect(refused["ETag"] == nil)
        let tag = try #require(try admin.get("/v1/records/\(foreign.id)")["ETag"])
        #expect(try narrow.get("/v1/records/\(foreign.id)", headers: ["If-None-Match": tag]).status == 404)
        #expect(try narrow.get("/v1/records/\(foreign.id)", headers: ["If-None-Match": "*"]).status == 404)
        #expect(try narrow.get("/v1/records/\(own.id)").status == 200)
        _ = try admin.batch([foreign.id, own.id])
        let batch = try narrow.batch([foreign.id, own.id]).json()["records"]
        #expect(batch[0] == .null && batch[1]["auditId"].string == own.auditId)
    }

    @Test func `a cursor of another policy is refused, one of an equal policy is taken`() throws {
        let narrow = try client(systems: ["billing"])
        let other = try client(systems: ["billing#eu"])
        let twin = try client(systems: ["billing"])
        let cursor = try #require(try Page(narrow.records(["userId": "alice", "limit": "3"])).nextCursor)
        let wide = try #require(try Page(admin.records(["userId": "alice", "limit": "3"])).nextCursor)
        #expect(try twin.records(["cursor": cursor]).status == 200)
        for (client, cursor) in [(narrow, wide), (other, cursor), (admin, cursor)] {
            let answer = try client.records(["cursor": cursor])
            try answer.expectProblem(400, "invalid-parameters")
            #expect(answer.faultyParameters == ["cursor"])
        }
    }

    @Test func `hidden attributes are in no page, record, batch or tag`() throws {
        let blind = try client(hidden: ["sourceIp", "nested"])
        let page = try admin.records(["userId": "alice", "limit": "6"])
        let hidden = try blind.records(["userId": "alice", "limit": "6"])
        #expect(hidden.status == 200 && !hidden.text.contains("sourceIp") && !hidden.text.contains("10.0.0."))
        #expect(!hidden.text.contains("nested") && hidden.text.contains("\"action\":\"Read\""))
        #expect(page["ETag"] != hidden["ETag"])
        #expect(
            try blind.records(
                ["userId": "alice", "limit": "6"], headers: ["If-None-Match": page["ETag"] ?? ""]
            ).status == 200)
        let id = try #require(try Page(page).records.first?.id)
        _ = try admin.get("/v1/records/\(id)")
        let record = try blind.get("/v1/records/\(id)").json()["attributes"].members
        #expect(Set(record.keys) == ["action", "number", "fraction", "nothing"])
        _ = try admin.batch([id])
        #expect(!(try blind.batch([id]).text.contains("sourceIp")))
    }

    @Test func `counts and ends tell nothing of other systems`() throws {
        let narrow = try client(systems: ["zahlungen-ö"])
        let expected = model.matching(user: "alice", system: "zahlungen-ö")
        let page = try Page(narrow.records(["userId": "alice", "limit": "\(expected.count)"]))
        #expect(
            page.count == expected.count && !page.hasMore && page.stopReason == "end"
                && page.nextCursor == nil)
        let nobody = try client(systems: ["there-is-no-such-system"])
        let empty = try Page(nobody.records(["userId": "alice"]))
        #expect(empty.records.isEmpty && !empty.hasMore && empty.nextCursor == nil)
    }
}
