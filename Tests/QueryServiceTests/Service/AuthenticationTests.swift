// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import QueryService
import Testing
@testable import StoreConformance
@testable import AuditRecords

@Suite struct AuthenticationTests {
    private let test = try! TestService(
        ScriptedStore([TestRecord.make("a", at: "2024-02-29T12:00:00Z", user: "u")]))
    private var admin: Client { test.admin }

    @Test func `missing, unknown, expired and revoked keys are told apart by nothing`() throws {
        let expired = try test.client(expires: test.clock.wall)
        let revoked = try test.client()
        _ = try test.keyFile.revoke(id: revoked.id, now: test.clock.wall)
        _ = try test.keys.reload(force: true)
        let responses = [
            admin.records("userId=u") { $0.apiKey = nil },
            admin.records("userId=u") { $0.apiKey = "aq_unknown" },
            admin.records("userId=u") { $0.apiKey = "" }, expired.records("userId=u"),
            revoked.records("userId=u"),
            admin.records("userId=u") { $0.apiKey?.removeLast() },
            admin.records("userId=u") { $0.apiKey? += "A" },
            admin.records("userId=u") { $0.apiKey = "" + ($0.apiKey ?? "").lowercased() },
            admin.records("userId=u") {
                $0.apiKey = nil
                $0.authorization = "Basic \(admin.secret)"
            },
            admin.records("nonsense") { $0.apiKey = nil },
            admin.send("POST", "/v1/records/query") { $0.apiKey = nil },
            admin.send("POST", "/v1/records/batch", body: "{") { $0.apiKey = nil },
            admin.send("GET", "/v1/records/!!") { $0.apiKey = nil },
        ]
        for response in responses {
            #expect(response.isProblem(401, "unauthorized"))
            #expect(response.header("WWW-Authenticate") != nil)
            #expect(response.header("X-Audit-Key-Id") == nil)
            #expect(response.headers == responses[0].headers)
            #expect(response.body == responses[0].body)
        }
    }

    @Test
    func
        `a key is accepted until it expires or its grace ends, and a revoked one never, even by a slow clock`()
        throws
    {
        let now = test.clock.wall
        let client = try test.client(expires: now.advanced(bySeconds: 10))
        let (other, revoked) = (try test.client(), try test.client())
        _ = try test.keyFile.rotate(
            id: other.id, to: NewAPIKey(), graceEnds: now.advanced(bySeconds: 10), now: now)
        // The host of the command is ahead of this worker.
        _ = try test.keyFile.revoke(id: revoked.id, now: now.advanced(bySeconds: 90))
        _ = try test.keys.reload(force: true)
        #expect(revoked.records("userId=u").status == 401)
        test.clock.advance(by: .seconds(9))
        #expect(client.records("userId=u").status == 200)
        #expect(other.records("userId=u").status == 200)
        test.clock.advance(by: .seconds(1))
        #expect(client.records("userId=u").status == 401)
        #expect(other.records("userId=u").status == 401)
    }

    @Test(arguments: ["Bearer ", "bearer ", "BEARER  "])
    func `a key may come as a Bearer token, with the scheme in any case`(_ scheme: String) {
        let response = admin.records("userId=u") {
            $0.apiKey = nil
            $0.authorization = scheme + admin.secret
        }
        #expect(response.auditIds == ["a"])
        #expect(response.header("X-Audit-Key-Id") == admin.id)
    }

    @Test func `an empty header is none`() {
        let response = admin.records("userId=u") {
            $0.apiKey = ""
            $0.authorization = "Bearer \(admin.secret)"
        }
        #expect(response.status == 200)
    }

    @Test func `two equal keys are one, two different ones are 400`() throws {
        let other = try test.client()
        #expect(admin.records("userId=u") { $0.authorization = "Bearer \(admin.secret)" }.status == 200)
        for authorization in ["Bearer \(other.secret)", "Bearer x", "Bearer \u{34F}"] {
            let response = admin.records("userId=u") { $0.authorization = authorization }
            #expect(response.isProblem(400))
            #expect(response.faultyParameters == ["X-Api-Key"])
            #expect(!response.text.contains(other.secret))
        }
    }

    @Test func `every answer to a known key names the key's id, errors too`() {
        let responses = [
            admin.records("userId=u"), admin.records("limit=0"), admin.send("GET", "/v1/records/x"),
            admin.batch([]),
            admin.records("userId=u") { $0.accept = "text/html" },
        ]
        #expect(responses.map(\.status) == [200, 400, 404, 400, 406])
        for response in responses { #expect(response.header("X-Audit-Key-Id") == admin.id) }
    }

    @Test func `a system outside the policy is 403 and names the parameter, whether or not it exists`() throws
    {
        let store = ScriptedStore([
            TestRecord.make("a", at: "2024-02-29T12:00:00Z", system: "payroll", user: "u")
        ])
        let client = try TestService(store).client(systems: ["billing", "crm-*"])
        let existing = client.records("userId=u&systemId=payroll")
        let unknown = client.records("userId=u&systemId=crm")
        #expect(existing.isProblem(403, "forbidden"))
        #expect(existing.faultyParameters == ["systemId"])
        #expect(existing.body == unknown.body)
        #expect(store.readCount == 0)
        for system in ["billing", "crm-", "crm-x"] {
            #expect(client.records("userId=u&systemId=\(system)").status == 200)
        }
        #expect(client.post("{\"systemId\":\"payroll\"}").status == 403)
        // What is wrong with the parameters is said first.
        #expect(client.records("userId=u&systemId=payroll&limit=0").status == 400)
    }

    @Test func `the time of the check of the key is that alone`() {
        let early = admin.records("userId=u") { $0.received = test.clock.steady - .seconds(2) }
        #expect(early.header("Server-Timing")?.hasPrefix("auth;dur=0.000, ") == true)
        test.clock.atEachLook { [clock = test.clock] in clock.advance(by: .milliseconds(7)) }
        defer { test.clock.atEachLook(nil) }
        #expect(admin.records("userId=u").header("Server-Timing")?.hasPrefix("auth;dur=7.000, ") == true)
    }
}
