import Foundation
import TestSupport
import Testing

/// Workers whose signatures and rights the store checks.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct LeastRightsTests {
    private struct Access {
        let region: Region
        let made: JSONValue

        /// Enough requests to fill the table, then all are checked.
        init() throws {
            let region = try Region("eu-west-1", requestsBeforeAuthorization: 1_000_000)
            self.region = region
            made = try withWorkplace { place in
                let script = "\(Place.package)/Tests/aws/least_rights.py"
                let outcome = try place.run(["python3", script, region.server.url])
                guard outcome.status == 0 else { throw Failure("least_rights.py: \(outcome)") }
                return try JSONValue(Data(outcome.output.utf8))
            }
        }

        func variables(_ user: String) -> [String: String] {
            [
                "AWS_ACCESS_KEY_ID": made[user]["id"].string ?? "",
                "AWS_SECRET_ACCESS_KEY": made[user]["secret"].string ?? "",
            ]
        }
    }

    private func expectAnswers(_ live: LiveInstallation) throws {
        let client = live.client()
        let model = try GeneratedRecords.model.get()
        let page = try Page(client.records(["userId": "alice", "limit": "1000"]))
        #expect(page.records.map(\.fields) == model.matching(user: "alice").map(\.fields))
        let resource = try Page(client.records(["resourceId": "none", "limit": "1000"]))
        #expect(resource.records.map(\.fields) == model.matching(resource: "none").map(\.fields))
        let day = try Page(
            client.records(["systemId": "billing", "startDate": "2024-01-31", "endDate": "2024-01-31"]))
        #expect(!day.records.isEmpty)
        let batch = try client.batch(page.records.prefix(3).map(\.id))
        #expect(batch.status == 200, "\(batch)")
        #expect(try live.client(.none).get("/readyz").status == 200)
        let log = live.workers.map(\.log).joined()
        #expect(log.contains("the store was read") && log.contains("REGION=eu-west-1"))
        #expect(log.contains(/CAPACITY_UNITS=[0-9.]+/))
    }

    @Test func `query and BatchGetItem are all the rights that a worker needs, and its signatures hold`()
        throws
    {
        let access = try Access()
        let verbose = ["telemetry.log-level": "debug"]
        try Region.installation(
            [access.region], variables: access.variables("worker"), overrides: verbose, expectAnswers)
        // Credentials of a role that a profile assumes: signed with a session token.
        try withWorkplace { place in
            try place.folder.write(
                """
                [profile role]
                role_arn = \(access.made["role"].string ?? "")
                source_profile = user
                region = eu-west-1
                [profile user]
                aws_access_key_id = \(access.made["worker"]["id"].string ?? "")
                aws_secret_access_key = \(access.made["worker"]["secret"].string ?? "")
                """, to: "config")
            let variables = [
                "AWS_PROFILE": "role", "AWS_CONFIG_FILE": place.folder.file("config"),
                "AWS_ENDPOINT_URL_STS": access.region.server.url,
            ]
            try Region.installation(
                [access.region], variables: variables, overrides: verbose, expectAnswers)
        }
    }

    @Test func `BatchGetItem and BatchWriteItem are all the rights that a load needs`() throws {
        let access = try Access()
        let line =
            #"{"auditId":"new","timestamp":"2024-03-01T00:00:00Z","systemId":"s","userId":"u","resourceId":"r"}"#
        let loaded = try Region.run(
            "load", "FILE", over: [access.region], input: [line, GeneratedRecords.lines[0]],
            variables: access.variables("loader"))
        #expect(loaded.status == 0, "\(loaded)")
        #expect(loaded.output.contains("1 new, 1 there already, 0 replaced"), "\(loaded)")
        let denied = try Region.run(
            "load", "FILE", over: [access.region], input: [line], variables: access.variables("denied"))
        #expect(denied.status == 69 && denied.error.contains("AccessDenied"), "\(denied)")
    }

    @Test func `a wrong secret and a missing right are 503 for clients, and named in the log`() throws {
        let access = try Access()
        var wrong = access.variables("worker")
        wrong["AWS_SECRET_ACCESS_KEY"] = "TheWrongSecret"
        for (variables, code) in [(wrong, "not accepted"), (access.variables("denied"), "AccessDenied")] {
            try Region.installation([access.region], variables: variables) { live in
                let answer = try live.client().records(["userId": "alice"])
                #expect(answer.status == 503 && answer["Retry-After"] != nil, "\(answer)")
                #expect(!answer.text.contains("AKID") && !answer.text.contains("dynamodb"))
                #expect(try live.client(.none).get("/readyz").status == 503)
                let log = live.workers.map(\.log).joined()
                #expect(log.contains(code), "\(log)")
                #expect(!log.contains(variables["AWS_SECRET_ACCESS_KEY"] ?? "?"))
            }
        }
    }
}
