import AWS
import Foundation
import HTTPClient
import Logging
import TestSupport
import Testing

@testable import audit_query

/// The looks at a table, over HTTP.
@Suite struct ConfiguredTableTests {
    private static let denied = Reply(
        status: "400 Bad Request", body: "{\"__type\":\"x#AccessDeniedException\"}")
    private static let noItems = Reply(body: "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}")

    private struct Reply {
        var status = "200 OK"
        let body: String
    }

    /// What a table in two regions shows, when they answer so by operation.
    private func findings(
        _ first: [String: Reply], _ second: [String: Reply], environment: String = "prod"
    ) throws -> [String] {
        try withServer(script: Self.script(first)) { one in
            try withServer(script: Self.script(second)) { two in
                let folder = try TemporaryFolder()
                let path = try folder.write(
                    """
                    environment: \(environment)
                    store: { kind: dynamodb, dynamodb: { regions: [eu-west-1, eu-central-1],
                        endpoints: ["\(one.url())", "\(two.url())"] } }
                    """, to: "audit-query.yaml")
                let settings = try Settings.load(path, environment: [:])
                let table = try ConfiguredTable(
                    settings, variables: ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s"],
                    log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
                return try #require(table).findings().map { $0.line(coloured: false) }
            }
        }
    }

    private static func script(_ replies: [String: Reply]) -> ScriptedServer.Script {
        { connection in
            while let request = connection.readRequest() {
                let operation = request.headers["X-Amz-Target"]?.split(separator: ".").last ?? ""
                let reply = replies[String(operation)] ?? Reply(status: "500 No", body: "")
                connection.answer(reply.status, body: Array(reply.body.utf8))
            }
        }
    }

    private static func region(_ other: String, policy: String = TableAnswer.policy) -> [String: Reply] {
        let own = other == "eu-west-1" ? "eu-central-1" : "eu-west-1"
        let table = TableAnswer.whole.replacing("eu-central-1", with: other)
            .replacing(
                "\"TableName\":", with: "\"TableArn\":\"arn:aws:dynamodb:\(own):1:table/t\",\"TableName\":")
        return [
            "DescribeTable": Reply(body: "{\"Table\":\(table)}"),
            "DescribeContinuousBackups": Reply(body: TableAnswer.recovery),
            // No plan of shards.
            "Query": noItems,
            "GetResourcePolicy": Reply(
                body: TableAnswer.policyAnswer(policy.replacing("REGION", with: own))),
        ]
    }

    @Test func `each region is asked itself, for the table and its recovery`() throws {
        let lines = try findings(Self.region("eu-central-1"), Self.region("eu-west-1"))
        #expect(lines.count == 21)
        #expect(lines.allSatisfy { $0.hasPrefix("ok ") }, "\(lines)")
        for region in ["eu-west-1", "eu-central-1"] {
            #expect(
                lines.contains(
                    "ok       table audit-records in \(region): point-in-time recovery of the last 35 days"))
        }
    }

    @Test func `a region without the table is wrong, and is not asked further`() throws {
        let missing = Reply(status: "400 Bad Request", body: "{\"__type\":\"x#ResourceNotFoundException\"}")
        let lines = try findings(Self.region("eu-central-1"), ["DescribeTable": missing])
        #expect(lines.count == 12)
        #expect(lines[11].hasPrefix("wrong    table audit-records in eu-central-1: there is no such table"))
    }

    @Test func `what the credentials may not look at is a warning that names the action`() throws {
        let worker = [
            "DescribeTable": Self.denied, "DescribeContinuousBackups": Self.denied, "Query": Self.noItems,
        ]
        var reader = Self.region("eu-west-1")
        reader["DescribeContinuousBackups"] = Self.denied
        reader["GetResourcePolicy"] = Self.denied
        let lines = try findings(worker, reader)
        #expect(
            lines.filter { !$0.hasPrefix("ok ") } == [
                "warning  table audit-records in eu-west-1: keys, indexes, billing, encryption, protection and replicas "
                    + "were not looked at: these credentials lack dynamodb:DescribeTable",
                "warning  table audit-records in eu-west-1: point-in-time recovery was not looked at: these "
                    + "credentials lack dynamodb:DescribeContinuousBackups",
                "warning  table audit-records in eu-central-1: point-in-time recovery was not looked at: these "
                    + "credentials lack dynamodb:DescribeContinuousBackups",
                "warning  table audit-records in eu-central-1: its resource policy was not looked at: these "
                    + "credentials lack dynamodb:GetResourcePolicy",
            ])
        #expect(lines.count == 12)
    }

    @Test func `credentials that are not known are wrong, not a missing right`() throws {
        let unknown = Reply(status: "400 Bad Request", body: "{\"__type\":\"x#UnrecognizedClientException\"}")
        let lines = try findings(["DescribeTable": unknown], ["DescribeTable": unknown])
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.hasPrefix("wrong ") && $0.contains("UnrecognizedClientException") })
    }

    @Test(arguments: [("dev", "warning"), ("prod", "wrong")])
    func `recovery that is off is wrong in production`(_ environment: String, _ state: String) throws {
        var region = Self.region("eu-central-1")
        region["DescribeContinuousBackups"] = Reply(
            body: "{\"ContinuousBackupsDescription\":{\"ContinuousBackupsStatus\":\"ENABLED\"}}")
        let lines = try findings(region, Self.region("eu-west-1"), environment: environment)
        let off = try #require(lines.first { $0.contains("recovery is off") })
        #expect(off.hasPrefix(state))
    }

    /// How one region's policy is written otherwise, and whether it says the same.
    private static let policies: [(change: (String, String), agrees: Bool)] = [
        (("", ""), true),
        (("[\"dynamodb:Query\",\"dynamodb:Scan\"]", "[\"dynamodb:Scan\",\"dynamodb:Query\"]"), true),
        (("\"dynamodb:*\"", "[\"dynamodb:*\"]"), true),
        (("vpce-1", "vpce-2"), true),
        (("[\"dynamodb:Query\",\"dynamodb:Scan\"]", "\"dynamodb:Query\""), false),
        (("Deny", "Allow"), false),
        (("role/worker", "role/*"), false),
        (("\"false\"", "\"true\""), false),
        (("REGION:1:table/t/index", "us-east-1:1:table/t/index"), false),
    ]

    @Test(arguments: policies)
    func `a policy that differs between regions is wrong`(_ change: (String, String), _ agrees: Bool) throws {
        let changed =
            change.0.isEmpty ? TableAnswer.policy : TableAnswer.policy.replacing(change.0, with: change.1)
        #expect(change.0.isEmpty || changed != TableAnswer.policy)
        let lines = try findings(Self.region("eu-central-1"), Self.region("eu-west-1", policy: changed))
        let line = try #require(lines.last)
        #expect(
            line
                == (agrees
                    ? "ok       table audit-records in eu-central-1: resource policy like that of eu-west-1"
                    : "wrong    table audit-records in eu-central-1: its resource policy is not that of eu-west-1: "
                        + "one was changed outside its stack"))
    }

    @Test(arguments: [("dev", "warning"), ("prod", "wrong")])
    func `a region without a policy is open`(_ environment: String, _ state: String) throws {
        var second = Self.region("eu-west-1")
        second["GetResourcePolicy"] = Reply(
            status: "400 Bad Request", body: "{\"__type\":\"x#PolicyNotFoundException\"}")
        let lines = try findings(Self.region("eu-central-1"), second, environment: environment)
        let line = try #require(lines.last)
        #expect(line.hasPrefix(state))
        #expect(line.contains("eu-central-1: no resource policy"))
    }

    @Test func `a server that knows no policies is no fault of the table`() throws {
        var other = Self.region("eu-west-1")
        other["GetResourcePolicy"] = Reply(
            status: "400 Bad Request", body: "{\"__type\":\"x#UnknownOperationException\"}")
        let line = try #require(try findings(Self.region("eu-central-1"), other).last)
        #expect(line.hasPrefix("warning") && line.contains("this server knows none"))
    }

    @Test func `the embedded store has no table`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("store: { kind: sqlite }", to: "audit-query.yaml")
        let settings = try Settings.load(path, environment: [:])
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        #expect(try ConfiguredTable(settings, variables: [:], log: log) == nil)
    }
}
