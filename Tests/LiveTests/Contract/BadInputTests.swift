import HTTPClient
import Testing

extension ContractTests {
    /// Bad input of every kind that API.md names.
    @Suite struct BadInputTests {
        let client: Client

        init() throws {
            client = try LiveInstallation.shared.client()
        }

        @Test(arguments: [
            ("userId=", ["userId"]),
            ("userId=a&userId=b", ["userId"]),
            ("usrId=a&userId=b", ["usrId"]), ("userId=a&limit=0", ["limit"]),
            ("userId=a&limit=1001", ["limit"]),
            ("userId=a&limit=-1", ["limit"]), ("userId=a&limit=1.5", ["limit"]),
            ("userId=a&limit=ten", ["limit"]),
            ("userId=a&limit=", ["limit"]), ("userId=a&order=up", ["order"]),
            ("userId=a&order=ASC", ["order"]),
            ("userId=a&startDate=2024-13-01", ["startDate"]),
            ("userId=a&startDate=2023-02-29", ["startDate"]),
            ("userId=a&startDate=2024-01-31T10:00:00", ["startDate"]),
            ("userId=a&startDate=yesterday", ["startDate"]),
            ("userId=a&endDate=2024-01-31T10:00:60Z", ["endDate"]),
            ("userId=a&endDate=2024-01-31T10:00:00.1234567890Z", ["endDate"]),
            ("userId=a&endDate=0000-01-01", ["endDate"]),
            ("userId=a&startDate=2024-02-01&endDate=2024-01-01", ["endDate"]),
            ("systemId=a&startDate=2022-01-01&endDate=2024-01-01", ["startDate"]),
            ("systemId=a&startDate=2999-01-01", ["startDate"]),
            ("systemId=a&startDate=2020-01-01", ["startDate"]),
            ("userId=a&cursor=x", ["cursor"]), ("cursor=", ["cursor"]), ("cursor=AAAA", ["cursor"]),
            ("userId=%ff", ["userId"]), ("userId=%4", ["userId"]), ("userId=%zz", ["userId"]),
            ("userId=a%00b", ["userId"]), ("userId=a%0Ab", ["userId"]), ("userId=a%C2%85", ["userId"]),
            ("userid=a", ["userid"]), ("userId", ["userId"]),
        ])
        func `a bad parameter is 400 and named`(_ query: String, _ expected: [String]) throws {
            let answer = try client.get("/v1/records?\(query)")
            try answer.expectProblem(400, "invalid-parameters")
            #expect(Set(answer.faultyParameters) == Set(expected), "\(answer)")
        }

        @Test func `all errors are listed at once`() throws {
            let answer = try client.get(
                "/v1/records?userId=&systemId=a%07&limit=0&order=x&startDate=1&endDate=2&cursor=y&colour=red&limit=3"
            )
            try answer.expectProblem(400, "invalid-parameters")
            for name in ["userId", "systemId", "limit", "order", "startDate", "endDate", "cursor", "colour"] {
                #expect(answer.faultyParameters.contains(name), "\(name): \(answer)")
            }
            for error in try answer.json()["errors"].elements {
                #expect(error["detail"].string?.isEmpty == false)
            }
        }

        @Test func `an id may have 1024 bytes and no more`() throws {
            for name in ["userId", "systemId", "resourceId"] {
                let longest = String(repeating: "ö", count: 512)
                #expect(try client.records([name: longest]).status == 200)
                let answer = try client.records([name: longest + "x"])
                try answer.expectProblem(400, "invalid-parameters")
                #expect(answer.faultyParameters == [name])
            }
        }

        @Test(arguments: [
            ("", ["body"]), ("[]", ["body"]), ("{", ["body"]),
            (#"{"userId":"a"} x"#, ["body"]), (#"{"userId":1}"#, ["userId"]),
            (#"{"userId":null}"#, ["userId"]),
            (#"{"userId":["a"]}"#, ["userId"]), (#"{"userId":"a","userId":"b"}"#, ["userId"]),
            (#"{"userId":"a","limit":"5"}"#, ["limit"]), (#"{"userId":"a","limit":5.5}"#, ["limit"]),
            (#"{"userId":"a","limit":5e-1}"#, ["limit"]),
            (#"{"userId":"a","limit":99999999999999999999}"#, ["limit"]),
            (#"{"userId":"a","colour":"red"}"#, ["colour"]), (#"{"userId":"a","order":true}"#, ["order"]),
            (#"{"userId":"\ud800"}"#, ["userId"]), (#"{"userId":"a\u0000b"}"#, ["userId"]),
        ])
        func `a bad body is 400 and named`(_ body: String, _ expected: [String]) throws {
            let answer = try client.post("/v1/records/query", body)
            try answer.expectProblem(400, "invalid-parameters")
            #expect(Set(answer.faultyParameters) == Set(expected), "\(body): \(answer)")
        }

        @Test(arguments: [
            (#"{}"#, ["ids"]), (#"{"ids":[]}"#, ["ids"]), (#"{"ids":"x"}"#, ["ids"]),
            (#"{"ids":["x",1]}"#, ["ids[1]"]),
            (#"{"ids":["x",""]}"#, ["ids[1]"]), (#"{"ids":["x"],"more":1}"#, ["more"]), (#"[]"#, ["body"]),
            (#"{"ids":["x"],"ids":["y"]}"#, ["ids"]), (#"{"ids":null}"#, ["ids"]),
        ])
        func `a bad batch is 400 and named`(_ body: String, _ expected: [String]) throws {
            let answer = try client.post("/v1/records/batch", body)
            try answer.expectProblem(400, "invalid-parameters")
            #expect(Set(answer.faultyParameters) == Set(expected), "\(body): \(answer)")
        }

        @Test func `a batch has at most 100 ids`() throws {
            #expect(try client.batch((0..<100).map { "id\($0)" }).status == 200)
            let answer = try client.batch((0..<101).map { "id\($0)" })
            try answer.expectProblem(400, "invalid-parameters")
            #expect(answer.faultyParameters == ["ids"])
        }

        @Test func `a query string where it has no place is 400`() throws {
            for (answer, name) in [
                (try client.post("/v1/records/query?limit=5", #"{"userId":"alice"}"#), "limit"),
                (try client.post("/v1/records/batch?userId=x", #"{"ids":["x"]}"#), "userId"),
                (try client.get("/v1/records/abc?userId=x"), "userId"),
            ] {
                try answer.expectProblem(400, "invalid-parameters")
                #expect(answer.faultyParameters == [name])
            }
        }

        @Test func `a changed, cut or misused cursor is 400 and names cursor`() throws {
            let page = try Page(client.records(["userId": "alice", "limit": "5"]))
            let cursor = try #require(page.nextCursor)
            #expect(cursor.utf8.count > 0 && !cursor.contains("alice"))
            var changed = Array(cursor)
            changed[changed.count / 2] = changed[changed.count / 2] == "A" ? "B" : "A"
            for bad in [
                String(changed), String(cursor.dropLast(4)), cursor + "AAAA", String(cursor.dropFirst()),
            ] {
                let answer = try client.records(["cursor": bad])
                try answer.expectProblem(400, "invalid-parameters")
                #expect(answer.faultyParameters == ["cursor"])
            }
            for other: KeyValuePairs in [
                ["cursor": cursor, "userId": "alice"], ["cursor": cursor, "userId": "bob", "limit": "5"],
                ["cursor": cursor, "userId": "alice", "limit": "5", "order": "asc"],
                ["cursor": cursor, "userId": "alice", "limit": "5", "systemId": "billing"],
                ["cursor": cursor, "userId": "alice", "limit": "5", "endDate": "2024-01-31"],
            ] {
                let answer = try client.records(other)
                try answer.expectProblem(400, "invalid-parameters")
                #expect(answer.faultyParameters == ["cursor"], "\(answer)")
            }
            let same = try client.records([
                "userId": "alice", "limit": "5", "cursor": cursor, "order": "desc",
            ])
            let alone = try client.records(["cursor": cursor])
            #expect(same.status == 200 && same.body == alone.body)
        }

        @Test func `content types and Accept are negotiated`() throws {
            let body = #"{"userId":"alice","limit":1}"#
            for type in [
                "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1",
            ] {
                try client.post("/v1/records/query", body, headers: ["Content-Type": type])
                    .expectProblem(415, "unsupported-media-type")
            }
            try client.send("POST", "/v1/records/query", body: "").expectProblem(
                415, "unsupported-media-type")
            let utf8 = try client.post(
                "/v1/records/query", body, headers: ["Content-Type": "application/json; charset=utf-8"])
            #expect(utf8.status == 200)
            for accept in ["text/html", "application/json;q=0", "image/*, text/*;q=0.5"] {
                try client.get("/v1/records?userId=alice", headers: ["Accept": accept])
                    .expectProblem(406, "not-acceptable")
            }
            for accept in ["*/*", "application/*", "text/html, application/json;q=0.1"] {
                let answer = try client.get("/v1/records?userId=alice&limit=1", headers: ["Accept": accept])
                #expect(answer.status == 200)
            }
        }
    }
}
