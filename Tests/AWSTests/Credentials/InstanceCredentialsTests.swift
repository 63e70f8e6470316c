@testable import AWS
import HTTPClient
import Testing
import TestSupport

@Suite struct InstanceCredentialsTests {
    private static let path = "/latest/meta-data/iam/security-credentials/"

    /// What the service answers by default, with the answers of some requests replaced.
    private func asking<Value>(
        _ others: [String: StandInAnswer] = [:], _ body: (ScriptedServer) throws -> Value
    ) throws -> Value {
        let answers: [String: StandInAnswer] = [
            "PUT /latest/api/token": .ok("SECRET-SESSION"), "GET \(Self.path)": .ok("worker-role"),
            "GET \(Self.path)worker-role": .ok(Secret.json(more: #""Code": "Success", "#)),
        ].merging(others) { $1 }
        return try withStandIn({ answers[$0.target] ?? .status(404) }, body)
    }

    private func lookUp(
        _ server: ScriptedServer, limit: Duration = .seconds(10)
    ) throws(CredentialError) -> CredentialLookup {
        let variables = Variables(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.base + "/"])
        return try InstanceCredentials(variables, http: HTTPClient(), limit: limit).lookUp(deadline: .soon)
    }

    private func absence(_ lookup: CredentialLookup) -> String {
        guard case .absent(let reason) = lookup else { return "found" }
        return reason
    }

    @Test func `a session, the role's name, the role's credentials`() throws {
        try asking { server in
            let variables = [
                "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.base,
            ]
            let found = try chain(variables).find()
            var expected = Secret.credentials()
            expected.outlivesExpiration = true
            #expect(found == expected)
            let requests = server.requests
            #expect(
                requests.map(\.target)
                    == ["PUT /latest/api/token", "GET \(Self.path)", "GET \(Self.path)worker-role"])
            #expect(requests.first?.headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600")
            #expect(
                requests.dropFirst().allSatisfy { $0.headers["X-aws-ec2-metadata-token"] == "SECRET-SESSION" }
            )
        }
    }

    @Test func `turned off by a variable, it is not asked`() throws {
        try asking { server in
            let variables = Variables([
                "AWS_EC2_METADATA_DISABLED": "TRUE", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.base,
            ])
            let found = try InstanceCredentials(variables, http: HTTPClient()).lookUp(deadline: .soon)
            #expect(absence(found).hasPrefix("AWS_EC2_METADATA_DISABLED"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ("PUT /latest/api/token", StandInAnswer.status(403), "is turned off (HTTP status 403)"),
        ("PUT /latest/api/token", .status(404), "is turned off (HTTP status 404)"),
        ("GET \(path)", .status(404), "has no role"), ("GET \(path)", .ok("\n"), "has no role"),
    ])
    func `no service, or no role, is no credentials here`(
        target: String, answer: StandInAnswer, reason: String
    ) throws {
        let said = try asking([target: answer]) { absence(try lookUp($0)) }
        #expect(said.contains(reason))
    }

    /// Answers to be repeated, and what is waited in between where each share is a half.
    @Test(arguments: [
        ("PUT /latest/api/token", 429, [Duration.milliseconds(500), .seconds(1)]),
        ("GET \(path)", 429, [.milliseconds(500), .seconds(1)]),
        ("GET \(path)worker-role", 503, [.milliseconds(25), .milliseconds(50)]),
    ])
    func `a service that is asked too much, or fails, is asked three times`(
        target: String, status: Int, waits: [Duration]
    ) throws {
        for isBack in [true, false] {
            let time = PassingTime()
            let failures = Counter()
            let answers: [String: StandInAnswer] = [
                "PUT /latest/api/token": .ok("SECRET-SESSION"), "GET \(Self.path)": .ok("worker-role"),
                "GET \(Self.path)worker-role": .ok(Secret.json()),
            ]
            try withStandIn { request in
                guard request.target == target, failures.value < (isBack ? 2 : 3) else {
                    return answers[request.target] ?? .status(404)
                }
                failures.add()
                return .status(status)
            } _: { server in
                let provider = InstanceCredentials(
                    Variables(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.base]), http: HTTPClient(),
                    timing: ServiceTiming(wait: { time.wait($0) }, share: { 0.5 }), limit: .seconds(10))
                let found = try? provider.lookUp(deadline: .soon)
                #expect((found != nil) == isBack)
                #expect(time.waits == waits)
            }
        }
    }

    @Test func `nobody waits past the deadline for a service that is asked too much`() throws {
        try asking(["PUT /latest/api/token": .status(429)]) { server in
            let provider = InstanceCredentials(
                Variables(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.base]), http: HTTPClient(),
                timing: ServiceTiming(wait: { _ in Issue.record("it waits") }, share: { 1 }))
            #expect(throws: CredentialError.self) {
                try provider.lookUp(deadline: .now + .milliseconds(900))
            }
        }
    }

    @Test func `nobody there, or nobody who answers in time, is no instance`() throws {
        let closed = try withStandIn({ _ in .hang }, { $0 })
        #expect(absence(try lookUp(closed)).contains("no EC2 instance metadata at"))
        let start = ContinuousClock.now
        try asking(["PUT /latest/api/token": .hang]) {
            let reason = absence(try lookUp($0, limit: .milliseconds(50)))
            #expect(reason.contains("(timeout; in a container on EC2, allow a hop limit of 2)"))
        }
        // Long before the caller's deadline.
        #expect(.now - start < .seconds(10))
    }

    @Test(arguments: [
        ("PUT /latest/api/token", StandInAnswer.status(500), "no session token: HTTP status 500"),
        ("PUT /latest/api/token", .ok(""), "no session token: HTTP status 200"),
        ("GET \(path)", .status(401, "SECRET"), "no role's name: HTTP status 401"),
        ("GET \(path)", .ok("../../SECRET"), "what it gives is not a role's name"),
        ("GET \(path)", .ok("<html>SECRET"), "what it gives is not a role's name"),
        ("GET \(path)worker-role", .status(500, "SECRET"), "role worker-role: HTTP status 500"),
        ("GET \(path)worker-role", .ok("SECRET"), "role worker-role: the answer is not JSON"),
        (
            "GET \(path)worker-role", .ok(Secret.json(more: #""Code": "AssumeRoleUnauthorizedAccess", "#)),
            "role worker-role: HTTP status 200: AssumeRoleUnauthorizedAccess"
        ),
        (
            "GET \(path)worker-role", .ok(#"{"Code": "Failed", "Message": "SECRET-SESSION is old"}"#),
            "role worker-role: HTTP status 200: Failed: … is old"
        ),
        ("GET \(path)worker-role", .hang, "timeout"),
    ])
    func `a service that is there and broken is an error, which repeats no secret`(
        target: String, answer: StandInAnswer, expected: String
    ) throws {
        try asking([target: answer]) { server in
            let text = error { () throws(CredentialError) in
                try lookUp(server, limit: answer.hangs ? .seconds(2) : .seconds(10))
            }
            #expect(text.hasPrefix("EC2 instance metadata at \(server.base): \(expected)"))
        }
    }
}
