import HTTPClient
import Testing

extension ContractTests {
    /// Who may ask.
    @Suite struct KeyCheckTests {
        let live: LiveInstallation
        let stranger: Client

        init() throws {
            live = try LiveInstallation.shared
            stranger = live.client(.none)
        }

        @Test func `a key is taken from either header`() throws {
            let key = live.adminKeys[0]
            for headers: HTTPHeaders in [
                ["X-Api-Key": key], ["Authorization": "Bearer \(key)"], ["Authorization": "bearer  \(key)"],
                ["X-Api-Key": key, "Authorization": "Bearer \(key)"],
            ] {
                #expect(try stranger.get("/v1/records?userId=alice", headers: headers).status == 200)
            }
        }

        @Test func `two different keys are 400`() throws {
            let answer = try stranger.get(
                "/v1/records?userId=alice",
                headers: ["X-Api-Key": live.adminKeys[0], "Authorization": "Bearer other"])
            try answer.expectProblem(400, "invalid-parameters")
        }

        @Test func `missing, unknown and misshapen keys are 401, all alike`() throws {
            var bodies: Set<String> = []
            for headers: HTTPHeaders in [
                [:], ["X-Api-Key": "aq_nobody"], ["X-Api-Key": ""], ["Authorization": "Basic YTpi"],
                ["Authorization": "Bearer"], ["Authorization": "Bearer aq_nobody"],
                ["X-Api-Key": live.adminKeys[0] + "x"], ["X-Api-Key": String(live.adminKeys[0].dropLast())],
                ["X-Api-Key": String(repeating: "k", count: 3000)],
            ] {
                let answer = try stranger.get("/v1/records?userId=alice", headers: headers)
                try answer.expectProblem(401, "unauthorized")
                #expect(answer["WWW-Authenticate"]?.contains("Bearer") == true)
                bodies.insert(answer.text.replacing(answer.requestID, with: ""))
            }
            #expect(bodies.count == 1, "no hint which")
        }

        @Test func `an unknown key learns nothing of parameters, records or bodies`() throws {
            for path in ["/v1/records?bad=1", "/v1/records/x", "/v1/records"] {
                #expect(try stranger.get(path).status == 401)
            }
            #expect(try stranger.post("/v1/records/query", "{").status == 401)
            #expect(try stranger.post("/v1/records/batch", "{").status == 401)
        }
    }
}
