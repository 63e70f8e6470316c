import Testing

extension ContractTests {
    /// Each route, and what is no route.
    @Suite struct RouteTests {
        let live: LiveInstallation
        let client: Client

        init() throws {
            live = try LiveInstallation.shared
            client = live.client()
        }

        @Test func `health, readiness and the description need no key`() throws {
            let stranger = live.client(.none)
            #expect(try stranger.get("/healthz").json() == .object(["status": .string("ok")]))
            #expect(try stranger.get("/readyz").json() == .object(["status": .string("ready")]))
            #expect(try stranger.get("/healthz")["Cache-Control"] == "no-store")
            #expect(try stranger.get("/openapi.json").status == 200)
        }

        @Test func `the OpenAPI document is 3_1, names every route, and all its references lead somewhere`()
            throws
        {
            let answer = try live.client(.none).get("/openapi.json")
            #expect(answer["Content-Type"] == "application/json")
            let document = try answer.json()
            #expect(document["openapi"].string?.hasPrefix("3.1.") == true)
            #expect(document["info"]["version"].string?.isEmpty == false)
            let paths = document["paths"].members
            #expect(
                Set(paths.keys) == [
                    "/v1/records", "/v1/records/query", "/api/query", "/v1/records/{id}", "/v1/records/batch",
                    "/v1/records/count", "/v1/names", "/v1/changes", "/v1/seals",
                    "/v1/records/{id}/proof", "/v1/policy", "/healthz", "/readyz", "/openapi.json",
                ])
            for (path, item) in paths {
                for method in ["get", "post", "head"] where item[method] != .null {
                    #expect(!item[method]["responses"].members.isEmpty, "\(method) \(path)")
                }
            }
            for reference in references(in: document) {
                let target = reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
                #expect(target != .null, "\(reference)")
            }
        }

        @Test func `a record by its id is the record itself`() throws {
            let page = try client.records(["userId": "al%2Fice", "limit": "5"]).json()
            for record in page["records"].elements {
                let id = try #require(record["id"].string)
                let answer = try client.get("/v1/records/\(id)")
                #expect(answer.status == 200)
                #expect(try answer.json() == record)
                #expect(answer["ETag"] != nil && answer["Cache-Status"] != nil)
            }
        }

        @Test func `a path percent-encoded without need is the same path`() throws {
            let page = try client.records(["userId": "alice", "limit": "3"])
            for path in ["/v1/%72ecords", "/%76%31/r%65%63ords"] {
                #expect(try client.get("\(path)?userId=alice&limit=3").body == page.body)
            }
            #expect(try live.client(.none).get("/%68ealth%7A").status == 200)
            let id = try #require(try page.json()["records"][0]["id"].string)
            let encoded = id.utf8.map { "%" + String($0, radix: 16) }.joined()
            #expect(try client.get("/v1/records/\(encoded)").body == client.get("/v1/records/\(id)").body)
            try client.get("/v1%2Frecords?userId=alice").expectProblem(404, "not-found")
            // nginx has a location of this name, for its own use.
            try client.get("/%2Eproblem").expectProblem(404, "not-found")
        }

        @Test func `a fragment, which no client should send, is no part of the path or the query`() throws {
            let page = try client.records(["userId": "alice", "limit": "3"])
            let outcome = try live.place.run([
                "curl", "--silent", "--cacert", live.nginx.authorityPath, "--header",
                "X-Api-Key: \(live.adminKeys[0])", "--request-target",
                "/v1/records?userId=alice&limit=3#f?limit=0", "https://127.0.0.1:\(live.nginx.port)/",
            ])
            #expect(Array(outcome.output.utf8) == page.body)
        }

        @Test(arguments: ["bm8tc3VjaC1yZWNvcmQ", "x", "AQ", "....", "a%20b", "AQdiaWxsaW5n"])
        func `an id that stands for no record is 404`(_ id: String) throws {
            let answer = try client.get("/v1/records/\(id)")
            try answer.expectProblem(404, "not-found")
        }

        @Test func `a batch answers in the order asked, null where there is none`() throws {
            let page = try client.records(["userId": "👩‍💻", "limit": "3"]).json()["records"]
            let ids = page.elements.compactMap(\.["id"].string)
            let answer = try client.batch([ids[2], "nothing", ids[0], ids[2]])
            #expect(answer.status == 200)
            #expect(try answer.json()["records"].elements == [page[2], .null, page[0], page[2]])
        }

        @Test(arguments: [
            // Not "/": there nginx has the page for people.
            "/v1", "/v1/record", "/v1/records/", "/v1/records/a/b", "/V1/records", "/healthz/",
            "/.problem",
        ])
        func `an unknown path is 404`(_ path: String) throws {
            try client.get(path).expectProblem(404, "not-found")
        }

        @Test(arguments: [
            ("PUT", "/v1/records", "GET, HEAD"), ("POST", "/v1/records", "GET, HEAD"),
            ("GET", "/v1/records/query", "POST"), ("DELETE", "/v1/records/batch", "POST"),
            ("PATCH", "/v1/records/x", "GET, HEAD"),
            ("POST", "/v1/names", "GET, HEAD"), ("POST", "/v1/changes", "GET, HEAD"),
            ("POST", "/healthz", "GET, HEAD"),
            ("OPTIONS", "/v1/records", "GET, HEAD"), ("GET", "/api/query", "POST"),
            ("BREW", "/readyz", "GET, HEAD"),
        ])
        func `a wrong method is 405 with Allow`(_ method: String, _ path: String, _ allowed: String) throws {
            let answer = try client.send(method, path)
            try answer.expectProblem(405, "method-not-allowed")
            #expect(answer.values(of: "Allow") == [allowed])
        }

        @Test func `CONNECT and TRACE are refused by nginx itself`() throws {
            try client.send("TRACE", "/v1/records").expectProblem(405, "method-not-allowed")
        }

        private func references(in value: JSONValue) -> [String] {
            switch value {
            case .object(let members):
                members.flatMap { name, value in
                    name == "$ref" ? [value.string ?? ""] : references(in: value)
                }
            case .array(let elements): elements.flatMap { references(in: $0) }
            default: []
            }
        }
    }
}
