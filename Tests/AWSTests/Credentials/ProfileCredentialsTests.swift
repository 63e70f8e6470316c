@testable import AWS
import HTTPClient
import TestSupport
import Testing

@Suite struct ProfileCredentialsTests {
    /// Runs a body with a chain of a config file, a credentials file and further variables.
    private func withProfiles<Value>(
        _ config: String, credentials: String = "", _ variables: [String: String] = [:],
        _ body: (CredentialChain) throws -> Value
    ) throws -> Value {
        try withFolder { folder in
            let files = [
                "AWS_CONFIG_FILE": try folder.file("config", config),
                "AWS_SHARED_CREDENTIALS_FILE": try folder.file("credentials", credentials),
            ]
            return try body(chain(files.merging(variables) { $1 }))
        }
    }

    private func keys(_ id: String) -> String {
        "aws_access_key_id = \(id)\naws_secret_access_key = \(Secret.key)\n"
    }

    /// Whose key signed a request.
    private func signer(_ request: RecordedRequest) -> String {
        let field = request.headers["Authorization"]?.split(separator: "Credential=").last ?? ""
        return String(field.prefix { $0 != "/" })
    }

    /// The roles that STS was asked for, each with who asked.
    private func calls(_ server: ScriptedServer) -> [String] {
        server.requests.map { request in
            let arn = request.text.split(separator: "RoleArn=").last?.prefix { $0 != "&" } ?? ""
            return "\(signer(request)) \(arn)"
        }
    }

    /// STS as a stand-in: the credentials for the role `x` have the id `OF-x`.
    private func withSTS<Value>(_ body: (ScriptedServer) throws -> Value) throws -> Value {
        try withStandIn(
            { request in
                let arn = request.text.split(separator: "RoleArn=").last?.prefix { $0 != "&" } ?? ""
                return .ok(STSAnswer.credentials("AssumeRole", id: "OF-\(arn)"))
            }, body)
    }

    @Test func `keys of the default profile, those of the credentials file before those of the config file`()
        throws
    {
        let found = try withProfiles(
            "[default]\n" + keys("CONFIG"),
            credentials: "[default]\naws_access_key_id = FILE\naws_session_token = \(Secret.token)\n"
        ) { try $0.find() }
        #expect(
            found == Credentials(accessKeyID: "FILE", secretAccessKey: Secret.key, sessionToken: Secret.token)
        )
    }

    @Test func `keys that are replaced in the file are found at the next look`() throws {
        try withFolder { folder in
            let file = try folder.file("credentials", "[default]\n" + keys("OLD"))
            let chain = try chain(["AWS_SHARED_CREDENTIALS_FILE": file])
            #expect(try chain.find().accessKeyID == "OLD")
            _ = try folder.file("credentials", "[default]\n" + keys("NEW"))
            #expect(try chain.find().accessKeyID == "NEW")
        }
    }

    @Test func `roles are followed through their source profiles to keys`() throws {
        try withSTS { server in
            let config = """
                [profile a]
                role_arn = role-a
                source_profile = b
                region = eu-west-1
                role_session_name = session
                external_id = outside
                duration_seconds = 1800
                [profile b]
                role_arn = role-b
                source_profile = c
                [profile c]
                role_arn = unused
                source_profile = nowhere
                """
            let variables = ["AWS_PROFILE": "a", "AWS_ENDPOINT_URL_STS": server.base]
            let found = try withProfiles(config, credentials: "[c]\n" + keys("KEY-C"), variables) {
                try $0.find()
            }
            #expect(found == Secret.credentials(id: "OF-role-a"))
            #expect(calls(server) == ["KEY-C role-b", "OF-role-b role-a"])
            let text = server.requests[1].text
            #expect(text.hasSuffix("&RoleSessionName=session&DurationSeconds=1800&ExternalId=outside"))
            #expect(server.requests[1].headers["X-Amz-Security-Token"] == Secret.token)
            #expect(server.requests[0].headers["Authorization"]?.contains("/eu-west-1/sts/") == true)
        }
    }

    @Test func `a profile that is its own source assumes its role with its own keys`() throws {
        try withSTS { server in
            let config = "[profile a]\nrole_arn = role-a\nsource_profile = a\n" + keys("KEY-A")
            let variables = ["AWS_PROFILE": "a", "AWS_ENDPOINT_URL_STS": server.base]
            let found = try withProfiles(config, variables) { try $0.find() }
            #expect(found.accessKeyID == "OF-role-a")
            #expect(calls(server) == ["KEY-A role-a"])
        }
    }

    @Test func `a credential_source asks the container or the instance, and whom it finds assumes the role`()
        throws
    {
        try withSTS { sts in
            try withStandIn { request in
                switch request.target {
                case "GET /latest/meta-data/iam/security-credentials/": .ok("role")
                case "PUT /latest/api/token": .ok("SECRET-SESSION")
                case "GET /container": .ok(Secret.json(id: "CONTAINER"))
                default: .ok(Secret.json(id: "INSTANCE"))
                }
            } _: { server in
                let variables = [
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url("/container"),
                    "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.base, "AWS_EC2_METADATA_DISABLED": "false",
                    "AWS_ENDPOINT_URL_STS": sts.base,
                ]
                for source in ["EcsContainer", "Ec2InstanceMetadata"] {
                    let config = "[default]\nrole_arn = role-a\ncredential_source = \(source)\n"
                    let found = try withProfiles(config, variables) { try $0.find() }
                    #expect(found.accessKeyID == "OF-role-a")
                }
                #expect(calls(sts) == ["CONTAINER role-a", "INSTANCE role-a"])
            }
        }
    }

    @Test func `the credential_source Environment takes the variables, which go first without a role`() throws
    {
        try withSTS { sts in
            let config = "[default]\nrole_arn = role-a\ncredential_source = Environment\n"
            let variables = [
                "AWS_ACCESS_KEY_ID": "ENVIRONMENT", "AWS_SECRET_ACCESS_KEY": Secret.key,
                "AWS_ENDPOINT_URL_STS": sts.base,
            ]
            try withProfiles(config, variables) { chain in
                let first = try chain.find()
                #expect(first.accessKeyID == "ENVIRONMENT")
                guard case .found(let found) = try chain.lookUp(.profile, .soon) else {
                    Issue.record("none found")
                    return
                }
                #expect(found.accessKeyID == "OF-role-a")
            }
            #expect(calls(sts) == ["ENVIRONMENT role-a"])
        }
    }

    @Test func `a web identity in a profile is the proof for its role`() throws {
        try withFolder { folder in
            try withSTS { sts in
                let token = try folder.file("token", "SECRET.TOKEN")
                let config = "[default]\nrole_arn = role-a\nweb_identity_token_file = \(token)\n"
                let found = try withProfiles(config, ["AWS_ENDPOINT_URL_STS": sts.base]) { try $0.find() }
                #expect(found.accessKeyID == "OF-role-a")
                #expect(sts.requests[0].text.hasPrefix("Action=AssumeRoleWithWebIdentity&"))
                #expect(sts.requests[0].headers["Authorization"] == nil)
            }
        }
    }

    @Test(arguments: [
        (
            "role_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = c\n"
                + "[profile c]\nrole_arn = r\nsource_profile = a",
            "the profile c closes a loop of source_profile, a → b → c → a: break it"
        ),
        (
            "role_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = b",
            "the profile b is its own source_profile, but has no keys"
        ),
        ("role_arn = r\nsource_profile = a", "the profile a is its own source_profile, but has no keys"),
        (
            "role_arn = r\nsource_profile = gone",
            "the profile a has the source_profile gone, which is not in /"
        ),
        (
            "role_arn = r\nsource_profile = b\n[profile b]\nregion = x",
            "the profile a has the source_profile b, which names no credentials"
        ),
        ("role_arn = r", "the profile a has a role_arn and not just one of"),
        (
            "role_arn = r\nsource_profile = b\ncredential_source = Environment",
            "the profile a has a role_arn and not just one of"
        ),
        (
            "role_arn = r\ncredential_source = Moon",
            "the profile a has the credential_source Moon: it may be Environment,"
        ),
        (
            "role_arn = r\ncredential_source = EcsContainer",
            "the profile a has the credential_source EcsContainer: AWS_CONTAINER"
        ),
        ("role_arn = r\nsource_profile = b\nmfa_serial = m", "the profile a has mfa_serial"),
        (
            "role_arn = r\nsource_profile = b\nduration_seconds = 899",
            "the profile a has a duration_seconds that is no number"
        ),
        (
            "role_arn = r\nsource_profile = b\nduration_seconds = 1h",
            "the profile a has a duration_seconds that is no number"
        ),
        ("web_identity_token_file = /t", "the profile a has a web_identity_token_file without role_arn"),
        ("aws_access_key_id = x", "the profile a has only one of aws_access_key_id"),
        ("aws_secret_access_key = SECRET", "the profile a has only one of aws_access_key_id"),
        ("sso_session = x", "the profile a signs in through SSO"),
        ("login_session = arn:aws:iam::0123456789012:user/x", "the profile a signs in with aws login"),
    ])
    func `a profile that cannot work says which one and why`(settings: String, expected: String) throws {
        try withProfiles("[profile a]\n" + settings, ["AWS_PROFILE": "a"]) { chain in
            let fault = chain.fault
            #expect(fault.hasPrefix(expected))
        }
    }

    @Test func `a role that STS refuses says so`() throws {
        try withStandIn { _ in
            .status(403, STSAnswer.refusal("AccessDenied", "User: x may not"))
        } _: { sts in
            let config = "[default]\nrole_arn = r\nsource_profile = default\n" + keys("K")
            try withProfiles(config, ["AWS_ENDPOINT_URL_STS": sts.base]) { chain in
                #expect(
                    chain.fault
                        == "the profile default cannot assume the role r: AssumeRole in us-east-1: AccessDenied: User: x may not"
                )
            }
        }
    }
}
