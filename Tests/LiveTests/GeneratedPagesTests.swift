import TestSupport
import Testing

/// Pages of data with ties, midnights, mixed precision and awkward ids, asked for by GET and POST.
@Suite(.live(.init(lines: GeneratedRecords.lines)), .logsOnFailure)
struct GeneratedPagesTests {
    let model: Model
    let client: Client

    init() throws {
        model = try GeneratedRecords.model.get()
        client = try LiveInstallation.shared.client()
    }

    @Test(arguments: GeneratedRecords.users, [7, 50, 1000])
    func `every user's pages are exact`(_ user: String, _ limit: Int) throws {
        for order in ["asc", "desc"] {
            let pages = try client.pages(["userId": user, "limit": "\(limit)", "order": order])
            let expected = model.matching(user: user, ascending: order == "asc")
            #expect(pages.flatMap(\.records).map(\.fields) == expected.map(\.fields))
        }
    }

    @Test(arguments: GeneratedRecords.systems)
    func `every system's pages are exact, across midnights`(_ system: String) throws {
        for (limit, order) in [(7, "asc"), (1000, "desc"), (5, "desc")] {
            let pages = try client.pages([
                "systemId": system, "startDate": "2024-01-01", "endDate": "2024-03-01", "limit": "\(limit)",
                "order": order,
            ])
            let expected = model.matching(system: system, ascending: order == "asc")
            #expect(pages.flatMap(\.records).map(\.fields) == expected.map(\.fields))
        }
    }

    @Test(arguments: GeneratedRecords.resources)
    func `every resource's pages are exact, by POST`(_ resource: String) throws {
        var page = try Page(client.query(["resourceId": resource, "limit": "50"]))
        var found = page.records
        while let cursor = page.nextCursor {
            page = try Page(client.query(["cursor": cursor]))
            found += page.records
        }
        #expect(found.map(\.fields) == model.matching(resource: resource).map(\.fields))
    }

    @Test func `three filters at once find what all match`() throws {
        for system in GeneratedRecords.systems {
            for user in GeneratedRecords.users.prefix(4) {
                let resource = GeneratedRecords.resources[3]
                let page = try Page(
                    client.records(["userId": user, "systemId": system, "resourceId": resource]))
                let expected = model.matching(user: user, system: system, resource: resource)
                #expect(page.records.map(\.fields) == expected.map(\.fields))
            }
        }
    }

    @Test(arguments: [
        ("2024-01-31", "2024-01-31", "2024-01-31T00:00:00.000000000Z", "2024-02-01T00:00:00.000000000Z"),
        (
            "2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z", "2024-01-31T10:00:00.000000000Z",
            "2024-01-31T10:00:01.000000000Z"
        ),
        (
            "2024-01-31T10:00:00.12Z", "2024-01-31T10:00:00.123Z", "2024-01-31T10:00:00.120000000Z",
            "2024-01-31T10:00:00.124000000Z"
        ),
        (
            "2024-01-31T02:00:00+02:00", "2024-01-31T01:59:59.999999999+02:00",
            "2024-01-31T00:00:00.000000000Z", "2024-01-31T00:00:00.000000000Z"
        ),
        (
            "2024-01-31T00:00:00.000000001Z", "2024-02-29T09:00:00-03:00", "2024-01-31T00:00:00.000000001Z",
            "2024-02-29T12:00:01.000000000Z"
        ),
    ])
    func `an end is inclusive at its stated precision`(
        _ start: String, _ end: String, _ from: String, _ to: String
    ) throws {
        guard from < to else {
            let answer = try client.records(["userId": "alice", "startDate": start, "endDate": end])
            #expect(answer.status == 400 && answer.faultyParameters == ["endDate"], "\(answer)")
            return
        }
        let page = try Page(
            client.records(["userId": "alice", "startDate": start, "endDate": end, "limit": "1000"]))
        #expect(page.records.map(\.fields) == model.matching(user: "alice", from: from, to: to).map(\.fields))
    }

    @Test(arguments: [
        ("2024-01-30T23:59:59Z", "2024-01-31T00:00:00Z", "2024-01-31T00:00:01"),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z", "2024-01-31T10:00:01"),
        ("2024-01-31T00:00:00Z", "2024-02-29T12:00:00Z", "2024-02-29T12:00:01"),
        ("2024-01-31T23:59:59Z", "2024-02-01T00:00:00Z", "2024-02-01T00:00:01"),
        ("2024-01-30T00:00:00Z", "2024-02-01", "2024-02-02T00:00:00"),
    ])
    func `a system's days are cut exactly at both ends`(
        _ start: String, _ end: String, _ exclusiveEnd: String
    ) throws {
        for system in ["billing", "crm", "日本"] {
            for order in ["asc", "desc"] {
                let pages = try client.pages([
                    "systemId": system, "startDate": start, "endDate": end, "limit": "10", "order": order,
                ])
                let expected = model.matching(
                    system: system, from: start.dropLast() + ".000000000Z", to: exclusiveEnd + ".000000000Z",
                    ascending: order == "asc")
                #expect(!expected.isEmpty)
                #expect(pages.flatMap(\.records).map(\.fields) == expected.map(\.fields))
            }
        }
    }

    @Test func `an offset's plus may stand as it is`() throws {
        let answer = try client.get("/v1/records?userId=alice&startDate=2024-01-31T02:00:00+02:00")
        #expect(try Page(answer).range == Page.Range(start: "2024-01-31T00:00:00.000Z", end: nil))
    }

    @Test func `each of startDate and endDate may stand alone`() throws {
        let from = try Page(client.records(["userId": "alice", "startDate": "2024-02-01", "limit": "1000"]))
        let expected = model.matching(user: "alice", from: "2024-02-01T00:00:00.000000000Z")
        #expect(from.records.map(\.fields) == expected.map(\.fields))
        #expect(from.range == Page.Range(start: "2024-02-01T00:00:00.000Z", end: nil))
        let to = try Page(client.records(["userId": "alice", "endDate": "2024-01-30", "limit": "1000"]))
        #expect(
            to.records.map(\.fields)
                == model.matching(user: "alice", to: "2024-01-31T00:00:00.000000000Z").map(\.fields))
        #expect(to.range == Page.Range(start: nil, end: "2024-01-31T00:00:00.000Z"))
    }

    @Test func `numbers keep every digit and their form`() throws {
        let text = try client.records(["userId": "alice", "limit": "1"]).text
        #expect(
            text.contains(#""number":12345678901234567890123456789012345678,"fraction":0.10,"nothing":null"#))
    }

    @Test func `the same query by GET, by POST and under the old name gives the same answer`() throws {
        let get = try client.records(["userId": "al#ice", "limit": "3"])
        let post = try client.query(["userId": "al#ice", "limit": "3"])
        let old = try client.post("/api/query", #"{"userId":"al#ice","limit":3}"#)
        #expect(get.status == 200 && get.body == post.body && get.body == old.body)
        #expect(get["ETag"] == post["ETag"])
    }

    @Test func `a system alone is searched for the last 30 days`() throws {
        let page = try Page(client.records(["systemId": "billing"]))
        #expect(page.records.isEmpty && page.range.start != nil && page.range.end != nil)
        let end = try Page(client.records(["systemId": "billing", "endDate": "2024-02-29"]))
        #expect(end.range == Page.Range(start: "2024-01-31T00:00:00.000Z", end: "2024-03-01T00:00:00.000Z"))
        #expect(
            end.records.map(\.fields)
                == model.matching(system: "billing", from: "2024-01-31T00:00:00.000000000Z").prefix(100)
                .map(\.fields))
    }
}
