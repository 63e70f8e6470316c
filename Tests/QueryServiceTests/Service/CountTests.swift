import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import QueryService
@testable import StoreConformance

/// Counts in groups, through the whole service.
@Suite struct CountTests {
    private let store: ScriptedStore
    private let test: TestService

    init() throws {
        let outcomes = ["\"failure\"", "\"success\"", "1", "1.0", "null", "[\"failure\",1,[1.00]]"]
        store = ScriptedStore(
            outcomes.enumerated().map { index, outcome in
                TestRecord.make(
                    Identifier("a\(index)"), at: "2024-02-2\(index / 2)T12:00:00Z",
                    system: index == 0 ? "payroll" : "billing", user: "u",
                    attributes: "{\"outcome\":\(outcome),\"ip\":\"10.0.0.\(index)\"}")
            })
        test = try TestService(store)
    }

    private func get(_ query: String, by client: Client? = nil, _ change: (inout Request) -> Void = { _ in })
        -> Response
    {
        (client ?? test.admin).send("GET", "/v1/records/count", query: query, change)
    }

    private func post(_ body: String) -> Response {
        test.admin.send("POST", "/v1/records/count", body: body)
    }

    @Test func `records are counted, alone and in groups, in the URL and in a body`() {
        #expect(
            get("userId=u").text
                == "{\"count\":6,\"hasMore\":false,\"nextCursor\":null,\"stopReason\":\"end\","
                + "\"range\":{\"start\":null,\"end\":null},\"scope\":{\"systems\":[\"*\"]}}\n")
        let groups =
            "{\"count\":6,\"groups\":[{\"by\":{\"outcome\":1},\"count\":3},{\"by\":{\"outcome\":\"failure\"},\"count\":2},"
            + "{\"by\":{\"outcome\":null},\"count\":1},{\"by\":{\"outcome\":\"success\"},\"count\":1}],"
            + "\"other\":{\"groups\":0,\"count\":0},\"hasMore\":false,"
        #expect(get("userId=u&by=outcome").text.hasPrefix(groups))
        #expect(post("{\"userId\":\"u\",\"by\":[\"outcome\"]}").text.hasPrefix(groups))
        let days = get("userId=u&by=systemId&by=day&filter=\(encoded("ip ne \"10.0.0.5\""))").text
        #expect(
            days.hasPrefix(
                "{\"count\":5,\"groups\":[{\"by\":{\"day\":\"2024-02-20\",\"systemId\":\"billing\"},\"count\":1},"
                    + "{\"by\":{\"day\":\"2024-02-20\",\"systemId\":\"payroll\"},\"count\":1},"
                    + "{\"by\":{\"day\":\"2024-02-21\",\"systemId\":\"billing\"},\"count\":2},"
                    + "{\"by\":{\"day\":\"2024-02-22\",\"systemId\":\"billing\"},\"count\":1}],"), "\(days)")
    }

    @Test func `what is not listed is summed up`() {
        let response = get("userId=u&by=ip&top=4")
        #expect(response.text.contains("\"other\":{\"groups\":2,\"count\":2}"))
        #expect((response.json["groups"] as? [Any])?.count == 4)
        #expect(post("{\"userId\":\"u\",\"by\":[\"ip\"],\"top\":4}").body == response.body)
    }

    @Test(arguments: [
        ("by=day&by=hour&by=month", ["by"]), ("by=day&by=day", ["by"]), ("by=", ["by"]),
        ("by=day&by=", ["by"]),
        ("by=timestamp", ["by"]), ("by=userId.x", ["by"]), ("by=a..b", ["by"]), ("by=%FF", ["by"]),
        ("by=day&top=0", ["top"]), ("by=day&top=1001", ["top"]), ("top=x", ["top"]), ("top=1&top=2", ["top"]),
        ("limit=5", ["limit"]), ("order=asc&columns=a", ["order", "columns"]), ("cursor=AAAA", ["cursor"]),
        ("by=a[&top=-1&filter=x&none=1", ["by", "top", "filter", "none"]),
    ])
    func `whatever is wrong is listed`(_ query: String, _ parameters: [String]) {
        let response = get("userId=u&\(query)")
        #expect(response.isProblem(400, "invalid-parameters"))
        #expect(Set(response.faultyParameters) == Set(parameters), "\(response.text)")
    }

    @Test(arguments: [
        "\"day\"", "[]", "[\"\"]", "[1]", "[\"day\",\"day\"]", "[\"a\",\"b\",\"c\"]", "null", "{}", "7",
        "[[\"day\"]]",
    ])
    func `in a body, groups are an array of one or two texts`(_ by: String) {
        let response = post("{\"userId\":\"u\",\"by\":\(by)}")
        #expect(response.isProblem(400) && response.faultyParameters == ["by"], "\(response.text)")
    }

    @Test func `a page takes no groups, and a list is nothing else's value`() {
        #expect(test.admin.records("userId=u&by=day").faultyParameters == ["by"])
        #expect(post("{\"userId\":[\"u\"]}").faultyParameters == ["userId"])
        #expect(post("{\"userId\":\"u\",\"top\":[\"5\"]}").faultyParameters == ["top"])
        #expect(post("{\"userId\":\"u\",\"top\":\"5\"}").faultyParameters == ["top"])
    }

    @Test func `a count has the bounds of a query, and 400, 403, 405, 406 and 415 like one`() throws {
        #expect(
            get("systemId=billing&startDate=2022-01-01&endDate=2024-01-01").faultyParameters == ["startDate"])
        #expect(get("startDate=2024-01-01&endDate=2024-03-01").faultyParameters == ["startDate"])
        #expect(get("startDate=2024-02-20&endDate=2024-02-22").json["count"] as? Int == 6)
        let client = try test.client(systems: ["billing"])
        #expect(get("systemId=payroll", by: client).isProblem(403))
        #expect(get("userId=u") { $0.accept = "text/csv" }.isProblem(406))
        #expect(get("userId=u") { $0.method = "DELETE" }.header("Allow") == "GET, HEAD, POST")
        #expect(
            test.admin.send("POST", "/v1/records/count", body: "{}") { $0.contentType = "text/plain" }
                .isProblem(415))
        #expect(test.admin.send("POST", "/v1/records/count", query: "by=day", body: "{}").isProblem(400))
        #expect(get("userId=u") { $0.apiKey = nil }.isProblem(401))
    }

    @Test func `equal questions share an answer however they are written, and others do not`() {
        let same = [
            "userId=u&by=day&by=outcome", "by=outcome&userId=u&by=day",
            "userId=u&by=day&by=%22outcome%22&top=100",
        ]
        for query in same { #expect(get(query).status == 200) }
        #expect(post("{\"by\":[\"outcome\",\"day\"],\"userId\":\"u\"}").status == 200)
        #expect(store.readCount == 1)
        let others = [
            "userId=u&by=outcome", "userId=u&by=day", "userId=u", "userId=u&by=day&by=outcome&top=99",
            "userId=u&by=day&by=ip", "userId=u&by=%22day%22", "userId=u&by=day&by=outcome&filter=ip+pr",
        ]
        for query in others {
            #expect(get(query).header("Cache-Status") == "audit-query; fwd=miss; stored", "\(query)")
        }
        #expect(get("userId=u&top=7").header("Cache-Status") == "audit-query; hit; ttl=300")
        #expect(test.admin.records("userId=u").header("Cache-Status") == "audit-query; fwd=miss; stored")
    }

    @Test func `a count is unchanged by its tag, and HEAD is GET without a body`() throws {
        let first = get("userId=u&by=day")
        let tag = try #require(first.header("ETag"))
        #expect(get("userId=u&by=day") { $0.ifNoneMatch = tag }.status == 304)
        let head = get("userId=u&by=day") { $0.method = "HEAD" }
        #expect(head.status == 200 && head.body.isEmpty && head.header("ETag") == tag)
        #expect(head.header("Content-Length") == String(first.body.count))
        #expect(post("{\"userId\":\"u\",\"by\":[\"day\"]}").header("ETag") == tag)
    }

    @Test func `what a key may not see is in none of its counts`() throws {
        let client = try test.client(systems: ["billing"], hidden: ["outcome"])
        let counted = get("userId=u&by=outcome", by: client)
        #expect(
            counted.text.hasPrefix(
                "{\"count\":5,\"groups\":[{\"by\":{\"outcome\":null},\"count\":5}],\"other\":{\"groups\":0,\"count\":0}"
            ))
        #expect(get("userId=u&filter=outcome+pr", by: client).json["count"] as? Int == 0)
        #expect(!get("userId=u&by=systemId", by: client).text.contains("payroll"))
    }

    @Test func `the parts of a count add up, and go on in none but the same question`() throws {
        var settings = ServiceSettings.steady
        settings.pageTime = .zero
        let records = (0..<40).map { index in
            TestRecord.make(
                Identifier("r\(index)"), at: "2024-02-2\(index % 5)T12:00:00Z", system: "s",
                attributes: "{\"n\":\(index % 3)}")
        }
        let test = try TestService(ScriptedStore(records), settings: settings)
        let question = "systemId=s&startDate=2024-02-20&endDate=2024-02-25&by=n&top=1"
        func send(_ query: String) -> Response { test.admin.send("GET", "/v1/records/count", query: query) }
        var (sums, count, parts) = ([Int: Int](), 0, 0)
        var response = send(question)
        let cursor = try #require(response.nextCursor)
        while parts < 100 {
            parts += 1
            #expect(response.status == 200 && response.json["other"] == nil, "\(response.text)")
            count += response.json["count"] as? Int ?? 0
            for case let group as [String: Any] in response.json["groups"] as? [Any] ?? [] {
                let n = (group["by"] as? [String: Any])?["n"] as? Int ?? -1
                sums[n, default: 0] += group["count"] as? Int ?? 0
            }
            guard let next = response.nextCursor else { break }
            #expect(
                response.json["hasMore"] as? Bool == true
                    && response.json["stopReason"] as? String == "budget")
            #expect(response.header("Cache-Control") == "private, max-age=2")
            // With the same question, or with none.
            response = send(parts % 2 == 0 ? "\(question)&cursor=\(next)" : "cursor=\(next)")
        }
        #expect(parts > 2 && count == 40 && sums == [0: 14, 1: 13, 2: 13])
        for (others, name) in [
            ("systemId=s&startDate=2024-02-20&endDate=2024-02-25&by=n&by=day&top=1", "by"),
            ("systemId=s&startDate=2024-02-20&endDate=2024-02-25&by=n&top=2", "top"),
            ("systemId=s&startDate=2024-02-20&endDate=2024-02-25&top=1", "by, top"),
            ("systemId=s&startDate=2024-02-21&endDate=2024-02-25&by=n&top=1", "startDate"),
        ] {
            let refused = send("\(others)&cursor=\(cursor)")
            #expect(refused.faultyParameters == ["cursor"])
            #expect(refused.text.contains("was made with another \(name):"), "\(refused.text)")
        }
        #expect(test.admin.records("cursor=\(cursor)").text.contains("is of a count"))
        let page = try #require(
            test.admin.records("systemId=s&startDate=2024-02-20&endDate=2024-02-25&limit=1").nextCursor)
        #expect(send("cursor=\(page)").text.contains("is of a page of records"))
    }

    @Test func `too many groups are the fault of who asks, and are not kept`() throws {
        let records = (0...Tally.mostGroups).map { index in
            TestRecord.make(
                "r", at: TestRecord.instant("2024-02-29T12:00:00Z").advanced(bySeconds: Int64(index)),
                user: Identifier("u\(index)"), resource: "r")
        }
        let test = try TestService(ScriptedStore(records))
        let response = test.admin.send("GET", "/v1/records/count", query: "resourceId=r&by=userId")
        #expect(response.isProblem(400, "invalid-parameters") && response.faultyParameters == ["by"])
        #expect(response.text.contains("more than 10000 groups"))
        #expect(test.admin.send("GET", "/v1/records/count", query: "resourceId=r&by=hour").status == 200)
        #expect(
            test.admin.send("GET", "/v1/records/count", query: "resourceId=r&by=userId&endDate=2024-02-28")
                .status == 200)
    }

    @Test func `a store that fails is an error, and never a count of zero`() {
        store.fail(.unavailable)
        #expect(get("userId=u").isProblem(503))
    }
}
