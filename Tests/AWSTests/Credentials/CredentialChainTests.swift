@testable import AWS
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite struct CredentialChainTests {
    /// Whom the chain finds when all providers from a place on are configured.
    @Test func `variables, profile, web identity, container, instance: the first that is configured counts`()
        throws
    {
        try withFolder { folder in
            try withStandIn { request in
                switch request.target {
                case "POST /": .ok(STSAnswer.credentials("AssumeRoleWithWebIdentity", id: "WEB"))
                case "GET /container": .ok(Secret.json(id: "CONTAINER"))
                case "PUT /latest/api/token": .ok("SECRET")
                case "GET /latest/meta-data/iam/security-credentials/": .ok("role")
                default: .ok(Secret.json(id: "INSTANCE"))
                }
            } _: { server in
                let keys = "aws_access_key_id = PROFILE\naws_secret_access_key = SECRET\n"
                let steps: [(String, [String: String])] = [
                    ("ENVIRONMENT", ["AWS_ACCESS_KEY_ID": "ENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "SECRET"]),
                    ("PROFILE", ["AWS_CONFIG_FILE": try folder.file("config", "[default]\n" + keys)]),
                    (
                        "WEB",
                        [
                            "AWS_WEB_IDENTITY_TOKEN_FILE": try folder.file("token", "SECRET"),
                            "AWS_ROLE_ARN": "arn", "AWS_ENDPOINT_URL_STS": server.base,
                        ]
                    ), ("CONTAINER", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url("/container")]),
                    (
                        "INSTANCE",
                        [
                            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.base,
                            "AWS_EC2_METADATA_DISABLED": "false",
                        ]
                    ),
                ]
                for first in steps.indices {
                    let variables = steps[first...].reduce(into: [:]) { $0.merge($1.1) { $1 } }
                    #expect(try chain(variables).find().accessKeyID == steps[first].0)
                }
            }
        }
    }

    @Test func `where nothing is configured, the error lists what was looked at`() throws {
        let chain = try chain([
            "AWS_CONFIG_FILE": "/no/config", "AWS_SHARED_CREDENTIALS_FILE": "/no/credentials",
        ])
        #expect(
            chain.fault == """
                no AWS credentials: AWS_ACCESS_KEY_ID is not set; no profile default in /no/config or \
                /no/credentials; AWS_WEB_IDENTITY_TOKEN_FILE is not set; \
                AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not set; \
                AWS_EC2_METADATA_DISABLED says not to ask for an instance's role. Set up one of these
                """)
    }

    @Test func `a provider that is configured but broken stops the search`() throws {
        try withStandIn { _ in
            .ok(Secret.json())
        } _: { server in
            let chain = try chain([
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/no/token", "AWS_ROLE_ARN": "arn",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url("/"),
            ])
            #expect(chain.fault.hasPrefix("AWS_WEB_IDENTITY_TOKEN_FILE names /no/token"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a source of an environment finds them when it is first asked, and logs what goes wrong`()
        throws
    {
        try withFolder { folder in
            let log = RecordingLog()
            let time = ManualTime()
            let config = try folder.file("config", "")
            let environment = try AWSEnvironment([
                "AWS_CONFIG_FILE": config, "AWS_EC2_METADATA_DISABLED": "true",
            ])
            let source = environment.credentials(http: HTTPClient(), timing: time.timing(), log: log.logger)
            #expect(source.fault.hasPrefix("no AWS credentials: "))
            #expect(log.lines.count == 1)
            _ = try folder.file(
                "config", "[default]\naws_access_key_id = ID\naws_secret_access_key = SECRET\n")
            time.pass(seconds: 2)
            #expect(try source.id() == "ID")
            Secret.expectNone(in: log.lines)
            Secret.expectNone(in: source)
        }
    }

    @Test func `no value of a chain shows a secret`() throws {
        let chain = try chain([
            "AWS_SECRET_ACCESS_KEY": "SECRET", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "SECRET",
        ])
        Secret.expectNone(in: chain)
        Secret.expectNone(in: Secret.credentials())
        Secret.expectNone(in: CredentialSource(Secret.credentials()))
        Secret.expectNone(in: CredentialLookup.found(Secret.credentials()))
        Secret.expectNone(in: CredentialDocument(Array(Secret.json().utf8)) as Any)
        let text = "[default]\naws_secret_access_key = SECRET\ns3 =\n  token = SECRET\n"
        Secret.expectNone(in: try SharedFile(text, path: "config"))
    }
}
